/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* pcan_u32 in plain C. */
#ifndef MF_PCAN_U32_PORTABLE_H
#define MF_PCAN_U32_PORTABLE_H

/* The gain at x. Of what is behind its leading bit, ten bits count. */
MF_KERNEL int16_t mf_pcan_u32_gain(uint32_t x, const MF_ROM int16_t *gains) {
  int32_t bits = 0;
  if (x <= 2) return gains[x];
  while (x >> bits > 1) bits++;
  const int32_t part = (int32_t)((bits < 10 ? x << (10 - bits) : x >> (bits - 10)) & 1023u);
  const MF_ROM int16_t *const curve = gains + 4 * bits - 2;
  int32_t sum = (int32_t)curve[2] * part >> 5;
  sum = mf_wrapping_add(sum, (int32_t)((uint32_t)curve[1] << 5));
  sum = (int32_t)((uint32_t)sum * (uint32_t)part);
  return (int16_t)((mf_wrapping_add(sum, 1 << 14) >> 15) + curve[0]);
}

/* x^2 / 4 below 2, x - 1 from there on. x has 12 fractional bits, the result 6. */
MF_KERNEL uint32_t mf_pcan_u32_shrunk(uint32_t x) {
  return x < (uint32_t)2 << 12 ? x * x >> 20 : (x >> 6) - 64u;
}

MF_ENTRY void mf_pcan_u32(const uint32_t *in, const uint32_t *noise, uint32_t *out,
                          const MF_ROM mf_pcan_u32_params *p) {
  for (int32_t i = 0; i < p->count; i++) {
    const uint32_t gain = (uint32_t)(int32_t)mf_pcan_u32_gain(noise[i], p->gains);
    out[i] = mf_pcan_u32_shrunk((uint32_t)((uint64_t)in[i] * gain >> p->shift));
  }
}

#endif
