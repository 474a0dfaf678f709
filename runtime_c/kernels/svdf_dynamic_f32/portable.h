/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* svdf_dynamic_f32 in plain C. */
#ifndef MF_SVDF_DYNAMIC_F32_PORTABLE_H
#define MF_SVDF_DYNAMIC_F32_PORTABLE_H

/* No number becomes the last limit that it is held to, as in the reference. */
MF_KERNEL float mf_svdf_dynamic_f32_clamp(float x, const MF_ROM mf_svdf_dynamic_f32_params *p) {
  if (p->clamps == 2) x = x < p->out_max ? x : p->out_max;
  if (p->clamps > 0) x = p->out_min < x ? x : p->out_min;
  return x;
}

MF_INNER float mf_svdf_dynamic_f32_dot(const float *a, const float *b, int32_t n) {
  float sum = 0.0f;
  for (int32_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

MF_ENTRY void mf_svdf_dynamic_f32(const float *in, float *kept, const float *feature,
                                  const float *time, const float *bias, float *out,
                                  const MF_ROM mf_svdf_dynamic_f32_params *p) {
  const int32_t n = p->memory, filters = p->out_c * p->rank;
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c)
    for (int32_t f = 0; f < filters; out++) {
      float sum = p->has_bias ? bias[f / p->rank] : 0.0f;
      for (const int32_t end = f + p->rank; f < end; f++, kept += n) {
        memmove(kept, kept + 1, (size_t)(n - 1) * sizeof *kept);
        kept[n - 1] = mf_svdf_dynamic_f32_dot(in, feature + (ptrdiff_t)f * p->in_c, p->in_c);
        sum += mf_svdf_dynamic_f32_dot(kept, time + (ptrdiff_t)f * n, n);
      }
      *out = mf_svdf_dynamic_f32_clamp(sum, p);
    }
}

#endif
