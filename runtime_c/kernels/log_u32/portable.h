/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* log_u32 in plain C. */
#ifndef MF_LOG_U32_PORTABLE_H
#define MF_LOG_U32_PORTABLE_H

/* log2 of x with 16 fractional bits: linear between two powers of two, bent by the table. */
MF_KERNEL uint32_t mf_log_u32_two(uint32_t x, const MF_ROM uint16_t *bends) {
  int32_t power = 0;
  while (x >> power > 1) power++;
  const uint32_t rest = x - ((uint32_t)1 << power);
  const int32_t part = (int32_t)(power < 16 ? rest << (16 - power) : rest >> (power - 16));
  const int32_t segment = part >> 9;
  const int32_t rise = (int32_t)bends[segment + 1] - bends[segment];
  const int32_t bend = bends[segment] + (rise * (part - segment * 512) >> 16);
  return ((uint32_t)power << 16) + (uint32_t)(part + bend);
}

MF_KERNEL int16_t mf_log_u32_one(uint32_t x, const MF_ROM mf_log_u32_params *p) {
  if (x <= 1) return 0;
  const uint64_t two = mf_log_u32_two(x, p->bends);
  const uint32_t natural =
      (uint32_t)((two * 45426u + 32768u) >> 16); /* ln(2), 16 fractional bits */
  const uint32_t scaled = (uint32_t)(p->scale * natural + 32768u) >> 16;
  return (int16_t)(scaled < INT16_MAX ? scaled : INT16_MAX);
}

MF_ENTRY void mf_log_u32(const uint32_t *in, int16_t *out, const MF_ROM mf_log_u32_params *p) {
  for (int32_t i = 0; i < p->count; i++) out[i] = mf_log_u32_one(in[i] << p->bits, p);
}

#endif
