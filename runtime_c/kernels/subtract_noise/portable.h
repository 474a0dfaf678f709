/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* subtract_noise in plain C. */
#ifndef MF_SUBTRACT_NOISE_PORTABLE_H
#define MF_SUBTRACT_NOISE_PORTABLE_H

MF_KERNEL uint32_t mf_subtract_noise_part(uint32_t x, uint32_t share, int32_t bits) {
  return (uint32_t)((uint64_t)x * share >> bits);
}

MF_KERNEL uint32_t mf_subtract_noise_one(uint32_t x, uint32_t *estimate, int odd,
                                         const MF_ROM mf_subtract_noise_params *p) {
  const uint32_t scaled = x << p->noise_bits;
  const uint32_t smoothing = odd ? p->odd_smoothing : p->even_smoothing;
  const uint32_t keeping = odd ? p->odd_keeping : p->even_keeping;
  const uint64_t sum = (uint64_t)scaled * smoothing + (uint64_t)*estimate * keeping;
  uint32_t noise = (uint32_t)(sum >> p->bits);
  *estimate = noise;
  if (noise > scaled) {
    noise = scaled;
    if (p->clamping) *estimate = noise;
  }
  const uint32_t least = mf_subtract_noise_part(x, p->remaining, p->bits);
  const uint32_t left = (scaled - noise) >> p->noise_bits;
  return left > least ? left : least;
}

MF_ENTRY void mf_subtract_noise(const uint32_t *in, uint32_t *estimate, uint32_t *out,
                                uint32_t *noise, const MF_ROM mf_subtract_noise_params *p) {
  for (int32_t i = 0; i < p->count; i++)
    out[i] = mf_subtract_noise_one(in[i], estimate + i, (int)(i & 1), p);
  memcpy(noise, estimate, (size_t)p->count * sizeof(uint32_t));
}

#endif
