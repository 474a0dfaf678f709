/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mean_f32 in plain C. */
#ifndef MF_MEAN_F32_PORTABLE_H
#define MF_MEAN_F32_PORTABLE_H

/* The sum of the elements behind one output; `x` is the first of them. */
MF_KERNEL float mf_mean_f32_sum(const float *x, const MF_ROM mf_mean_f32_params *p) {
  const int32_t inner = p->over1 * p->kept2;
  float sum = 0.0f;
  for (int32_t i = 0; i < p->over0; i++) {
    const float *row = x + (ptrdiff_t)i * p->kept1 * inner;
    for (int32_t j = 0; j < inner; j += p->kept2) sum += row[j];
  }
  return sum;
}

MF_ENTRY void mf_mean_f32(const float *in, float *out, const MF_ROM mf_mean_f32_params *p) {
  const int32_t middle = p->over1 * p->kept2;
  const int32_t outer = p->over0 * p->kept1 * middle;
  for (int32_t a = 0; a < p->kept0; a++, in += outer) {
    for (int32_t b = 0; b < p->kept1; b++) {
      for (int32_t c = 0; c < p->kept2; c++)
        *out++ = mf_mean_f32_sum(in + b * middle + c, p) / p->divisor;
    }
  }
}

MF_ENTRY void mf_mean_f32_begin(float *sums, const MF_ROM mf_mean_f32_params *p) {
  memset(sums, 0, (size_t)p->kept1 * sizeof *sums);
}

MF_ENTRY void mf_mean_f32_add(const float *in, int32_t first, int32_t count, float *sums,
                              const MF_ROM mf_mean_f32_params *p) {
  (void)first;
  mf_add_pixels_f32(in, count, p->kept1, sums);
}

MF_ENTRY void mf_mean_f32_end(const float *sums, float *out, const MF_ROM mf_mean_f32_params *p) {
  for (int32_t i = 0; i < p->kept1; i++) out[i] = sums[i] / p->divisor;
}

#endif
