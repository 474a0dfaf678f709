/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mean_s8 in plain C. */
#ifndef MF_MEAN_S8_PORTABLE_H
#define MF_MEAN_S8_PORTABLE_H

/* The sum of the elements behind one output; `x` is the first of them. */
MF_KERNEL int32_t mf_mean_s8_sum(const int8_t *x, const MF_ROM mf_mean_s8_params *p) {
  const int32_t inner = p->over1 * p->kept2;
  int32_t sum = p->bias;
  for (int32_t i = 0; i < p->over0; i++) {
    const int8_t *row = x + (ptrdiff_t)i * p->kept1 * inner;
    for (int32_t j = 0; j < inner; j += p->kept2) sum += row[j];
  }
  return sum;
}

MF_KERNEL int8_t mf_mean_s8_output(int32_t sum, const MF_ROM mf_mean_s8_params *p) {
  const int32_t mean = mf_requantise(sum, p->multiplier, p->shift);
  return (int8_t)mf_clamp(mf_wrapping_add(mean, p->out_zero_point), -128, 127);
}

MF_ENTRY void mf_mean_s8(const int8_t *in, int8_t *out, const MF_ROM mf_mean_s8_params *p) {
  const int32_t middle = p->over1 * p->kept2;
  const int32_t outer = p->over0 * p->kept1 * middle;
  for (int32_t a = 0; a < p->kept0; a++, in += outer) {
    for (int32_t b = 0; b < p->kept1; b++) {
      for (int32_t c = 0; c < p->kept2; c++)
        *out++ = mf_mean_s8_output(mf_mean_s8_sum(in + b * middle + c, p), p);
    }
  }
}

MF_ENTRY void mf_mean_s8_begin(int32_t *sums, const MF_ROM mf_mean_s8_params *p) {
  for (int32_t i = 0; i < p->kept1; i++) sums[i] = p->bias;
}

MF_ENTRY void mf_mean_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                             const MF_ROM mf_mean_s8_params *p) {
  (void)first;
  mf_add_pixels_s8(in, count, p->kept1, sums);
}

MF_ENTRY void mf_mean_s8_end(const int32_t *sums, int8_t *out, const MF_ROM mf_mean_s8_params *p) {
  for (int32_t i = 0; i < p->kept1; i++) out[i] = mf_mean_s8_output(sums[i], p);
}

#endif
