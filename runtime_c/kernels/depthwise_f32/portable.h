/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_f32 in plain C. */
#ifndef MF_DEPTHWISE_F32_PORTABLE_H
#define MF_DEPTHWISE_F32_PORTABLE_H

/* The sum of one output channel over the taps inside. `offset` is the place of the first of them in
   its row. */
MF_INNER float mf_depthwise_f32_sum(const float *const *rows, mf_taps inside, int32_t offset,
                                    const MF_ROM float *w,
                                    const MF_ROM mf_depthwise_f32_params *p) {
  const int32_t step = p->dilation_w * p->in_c, out_c = p->out_c;
  float sum = 0.0f;
  for (int32_t k = 0; k < p->kernel_h; k++, w += p->kernel_w * out_c) {
    if (rows[k] == NULL || inside.first == inside.end) continue;
    const float *x = rows[k] + offset;
    const MF_ROM float *weight = w + inside.first * out_c;
    for (int32_t taps = inside.end - inside.first; taps > 0; taps--, x += step, weight += out_c)
      sum += *x * *weight;
  }
  return sum;
}

MF_KERNEL void mf_depthwise_f32_pixel(const float *const *rows, int32_t x0, float *out,
                                      const MF_ROM mf_depthwise_f32_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  const int32_t column = x0 + inside.first * p->dilation_w;
  for (int32_t c = 0, o = 0; c < p->in_c; c++) {
    for (int32_t i = 0; i < p->depth_multiplier; i++, o++) {
      const float sum = mf_depthwise_f32_sum(rows, inside, column * p->in_c + c, p->weights + o, p);
      out[o] = mf_clamp_f32(sum + p->bias[o], p->out_min, p->out_max);
    }
  }
}

MF_PICTURE_ROWS(depthwise_f32, float, p->out_c)

MF_ENTRY void mf_depthwise_f32_begin(float *sums, const MF_ROM mf_depthwise_f32_params *p) {
  memset(sums, 0, (size_t)p->out_c * sizeof *sums);
}

MF_ENTRY void mf_depthwise_f32_add(const float *in, int32_t first, int32_t count, float *sums,
                                   const MF_ROM mf_depthwise_f32_params *p) {
  const MF_ROM float *w = p->weights + (ptrdiff_t)first * p->depth_multiplier;
  for (const float *end = in + count; in != end;)
    for (int32_t o = 0; o < p->out_c; in++)
      for (int32_t i = p->depth_multiplier; i > 0; i--) sums[o++] += *in * *w++;
}

MF_ENTRY void mf_depthwise_f32_end(const float *sums, float *out,
                                   const MF_ROM mf_depthwise_f32_params *p) {
  for (int32_t o = 0; o < p->out_c; o++)
    out[o] = mf_clamp_f32(sums[o] + p->bias[o], p->out_min, p->out_max);
}

#endif
