/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* requantize_s8_s8 in plain C. */
#ifndef MF_REQUANTIZE_S8_S8_PORTABLE_H
#define MF_REQUANTIZE_S8_S8_PORTABLE_H

MF_ENTRY void mf_requantize_s8_s8(const void *in, void *out,
                                  const MF_ROM mf_requantize_s8_s8_params *p) {
  const int8_t *x = (const int8_t *)in;
  int8_t *y = (int8_t *)out;
  for (int32_t i = 0; i < p->count; i++) {
    const int32_t steps = (int32_t)(x[i] ^ p->in_flip) - p->in_zero_point;
    const int8_t made =
        mf_output_s8(steps, p->multiplier, p->shift, p->out_zero_point, p->out_min, p->out_max);
    y[i] = (int8_t)(made ^ p->out_flip);
  }
}

#endif
