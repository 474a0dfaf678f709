/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* prelu_s8 in plain C. */
#ifndef MF_PRELU_S8_PORTABLE_H
#define MF_PRELU_S8_PORTABLE_H

MF_INNER int32_t mf_prelu_s8_one(int32_t in, int8_t alpha, const MF_ROM mf_prelu_s8_params *p) {
  const int32_t x = in - p->in_zero_point;
  const int32_t factor = (int32_t)alpha - p->alpha_zero_point;
  const int32_t scaled = x < 0
                             ? mf_requantise(x * factor, p->negative_multiplier, p->negative_shift)
                             : mf_requantise(x, p->multiplier, p->shift);
  return mf_clamp(mf_wrapping_add(scaled, p->out_zero_point), p->out_min, p->out_max);
}

MF_ENTRY void mf_prelu_s8(const void *in, const int8_t *alpha, void *out,
                          const MF_ROM mf_prelu_s8_params *p) {
  const int8_t *bytes = (const int8_t *)in;
  const int16_t *words = (const int16_t *)in;
  ptrdiff_t made = 0;
  for (int32_t r = 0; r < p->runs; r++) {
    ptrdiff_t at = mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const int8_t *factor = alpha + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    for (int32_t i = 0; i < p->count; i++, at += p->a_step, factor += p->b_step, made++) {
      if (p->bytes == 1)
        ((int8_t *)out)[made] = (int8_t)mf_prelu_s8_one(bytes[at], *factor, p);
      else
        ((int16_t *)out)[made] = (int16_t)mf_prelu_s8_one(words[at], *factor, p);
    }
  }
}

#endif
