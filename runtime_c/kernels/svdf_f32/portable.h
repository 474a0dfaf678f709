/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* svdf_f32 in plain C. */
#ifndef MF_SVDF_F32_PORTABLE_H
#define MF_SVDF_F32_PORTABLE_H

/* No number becomes the last limit that it is held to, as in the reference. */
MF_KERNEL float mf_svdf_f32_clamp(float x, const MF_ROM mf_svdf_f32_params *p) {
  if (p->clamps == 2) x = x < p->out_max ? x : p->out_max;
  if (p->clamps > 0) x = p->out_min < x ? x : p->out_min;
  return x;
}

/* One output: the sum of its filters, from number f on. */
MF_KERNEL float mf_svdf_f32_output(const float *in, float *kept, int32_t f, float sum,
                                   const MF_ROM mf_svdf_f32_params *p) {
  const int32_t n = p->memory;
  for (const int32_t end = f + p->rank; f < end; f++, kept += n) {
    memmove(kept, kept + 1, (size_t)(n - 1) * sizeof *kept);
    kept[n - 1] = mf_dot_f32(in, p->feature + (ptrdiff_t)(f * p->in_c), p->in_c, 0.0f);
    sum += mf_dot_f32(kept, p->time + (ptrdiff_t)(f * n), n, 0.0f);
  }
  return sum;
}

MF_ENTRY void mf_svdf_f32(const float *in, float *kept, float *out,
                          const MF_ROM mf_svdf_f32_params *p) {
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c)
    for (int32_t o = 0; o < p->out_c; o++, kept += (ptrdiff_t)(p->rank * p->memory))
      *out++ = mf_svdf_f32_clamp(mf_svdf_f32_output(in, kept, o * p->rank, p->bias[o], p), p);
}

#endif
