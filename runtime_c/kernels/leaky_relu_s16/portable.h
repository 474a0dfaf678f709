/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* leaky_relu_s16 in plain C. */
#ifndef MF_LEAKY_RELU_S16_PORTABLE_H
#define MF_LEAKY_RELU_S16_PORTABLE_H

MF_KERNEL int32_t mf_leaky_relu_s16_scaled(int32_t steps,
                                           const MF_ROM mf_leaky_relu_s16_params *p) {
  if (steps >= 0) return mf_requantise(steps, p->multiplier, p->shift);
  const int32_t scaled =
      mf_requantise(steps * p->in_sign, p->negative_multiplier, p->negative_shift);
  return (int32_t)((uint32_t)scaled * (uint32_t)p->out_sign);
}

MF_ENTRY void mf_leaky_relu_s16(const int16_t *in, int16_t *out,
                                const MF_ROM mf_leaky_relu_s16_params *p) {
  for (int32_t i = 0; i < p->count; i++) {
    const int32_t scaled = mf_leaky_relu_s16_scaled((int32_t)in[i] - p->in_zero_point, p);
    out[i] = (int16_t)mf_clamp(mf_wrapping_add(scaled, p->out_zero_point), p->out_min, p->out_max);
  }
}

#endif
