/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mean_s8 with Arm's DSP extension: four outputs side by side where their elements are neighbours. */
/* Needs mf_acle.h and mf_fours.h. */
#ifndef MF_MEAN_S8_DSP_H
#define MF_MEAN_S8_DSP_H

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

MF_INNER int8_t mf_mean_s8_output(int32_t sum, const MF_ROM mf_mean_s8_params *p) {
  const int32_t mean = mf_requantise(sum, p->multiplier, p->shift);
  return (int8_t)mf_clamp(mf_wrapping_add(mean, p->out_zero_point), -128, 127);
}

/* Four outputs whose elements are n times four neighbours, `step` apart. */
MF_KERNEL void mf_mean_s8_four(const int8_t *x, int32_t n, int32_t step, int8_t *out,
                               const MF_ROM mf_mean_s8_params *p) {
  int32_t sums[MF_FOUR] = {p->bias, p->bias, p->bias, p->bias};
  for (int32_t run; n > 0; n -= run, x += run * step) {
    mf_fours four = {0, 0};
    run = n < MF_FOURS_RUN ? n : MF_FOURS_RUN;
    mf_fours_add(&four, x, run, step);
    mf_fours_flush(&four, sums);
  }
  for (int32_t i = 0; i < MF_FOUR; i++) out[i] = mf_mean_s8_output(sums[i], p);
}

MF_ENTRY void mf_mean_s8(const int8_t *in, int8_t *out, const MF_ROM mf_mean_s8_params *p) {
  const int32_t outputs = p->kept1 * p->kept2, middle = p->over1 * p->kept2;
  for (int32_t a = 0; a < p->kept0; a++, in += p->over0 * p->kept1 * middle, out += outputs) {
    int32_t i = 0;
    if (p->over1 == 1)
      for (; i + MF_FOUR <= outputs; i += MF_FOUR)
        mf_mean_s8_four(in + i, p->over0, outputs, out + i, p);
    for (; i < outputs; i++) {
      const int8_t *x = in + i / p->kept2 * middle + i % p->kept2;
      out[i] = mf_mean_s8_output(mf_mean_s8_sum(x, p), p);
    }
  }
}

MF_ENTRY void mf_mean_s8_begin(int32_t *sums, const MF_ROM mf_mean_s8_params *p) {
  for (int32_t i = 0; i < p->kept1; i++) sums[i] = p->bias;
}

MF_ENTRY void mf_mean_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                             const MF_ROM mf_mean_s8_params *p) {
  (void)first;
  mf_fours_pixels(in, count / p->kept1, p->kept1, sums);
}

MF_ENTRY void mf_mean_s8_end(const int32_t *sums, int8_t *out, const MF_ROM mf_mean_s8_params *p) {
  for (int32_t i = 0; i < p->kept1; i++) out[i] = mf_mean_s8_output(sums[i], p);
}

#endif
