/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* rsqrt_s16 in plain C. */
#ifndef MF_RSQRT_S16_PORTABLE_H
#define MF_RSQRT_S16_PORTABLE_H

MF_INNER int16_t mf_rsqrt_s16_one(int32_t x, const MF_ROM mf_rsqrt_s16_params *p) {
  int32_t shift;
  if (x <= 0) return INT16_MAX;
  const int32_t multiplier = mf_inverse_sqrt(x, &shift);
  const int32_t root = mf_requantise(1, multiplier, shift + 20);
  return (int16_t)mf_clamp(mf_requantise(root, p->multiplier, p->shift), INT16_MIN, INT16_MAX);
}

MF_ENTRY void mf_rsqrt_s16(const int16_t *in, int16_t *out, const MF_ROM mf_rsqrt_s16_params *p) {
  for (int32_t i = 0; i < p->count; i++) out[i] = mf_rsqrt_s16_one(in[i], p);
}

#endif
