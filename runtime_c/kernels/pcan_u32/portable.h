/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* pcan_u32 in plain C. */
#ifndef MF_PCAN_U32_PORTABLE_H
#define MF_PCAN_U32_PORTABLE_H

MF_KERNEL int16_t mf_pcan_u32_gain(uint32_t x, const MF_ROM int16_t *gains) {
  if (x <= 2) return gains[x];
  const int32_t bits = mf_pcan_bits(x);
  const MF_ROM int16_t *const curve = gains + 4 * bits - 2;
  return mf_pcan_curve(x, bits, curve[0], curve[1], curve[2]);
}

MF_ENTRY void mf_pcan_u32(const uint32_t *in, const uint32_t *noise, uint32_t *out,
                          const MF_ROM mf_pcan_u32_params *p) {
  for (int32_t i = 0; i < p->count; i++)
    out[i] = mf_pcan_output(in[i], mf_pcan_u32_gain(noise[i], p->gains), p->shift);
}

#endif
