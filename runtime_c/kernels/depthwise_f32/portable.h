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

MF_KERNEL void mf_depthwise_f32_rows(const float *const *rows, float *out, int32_t n,
                                     const MF_ROM mf_depthwise_f32_params *p) {
  for (; n > 0; n--, rows += p->kernel_h)
    for (int32_t x = 0; x < p->out_w; x++, out += p->out_c)
      mf_depthwise_f32_pixel(rows, x * p->stride_w - p->pad_left, out, p);
}

#endif
