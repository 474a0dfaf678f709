/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_dynamic_f32 in plain C. */
#ifndef MF_CONV2D_DYNAMIC_F32_PORTABLE_H
#define MF_CONV2D_DYNAMIC_F32_PORTABLE_H

/* The sum over the window whose tap 0 lies at row y0 and pixel x0 of the picture `in`, whose first channel is
   the filter's. */
MF_INNER float mf_conv2d_dynamic_f32_sum(const float *in, int32_t y0, int32_t x0, const float *w,
                                         const MF_ROM mf_conv2d_dynamic_f32_params *p) {
  const mf_taps rows = mf_taps_inside(y0, p->kernel_h, p->dilation_h, p->in_h);
  const mf_taps columns = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  float sum = 0.0f;
  for (int32_t k = rows.first; k < rows.end; k++)
    for (int32_t i = columns.first; i < columns.end; i++) {
      const int32_t pixel = (y0 + k * p->dilation_h) * p->in_w + x0 + i * p->dilation_w;
      const float *x = in + (ptrdiff_t)pixel * p->in_c;
      const float *tap = w + (ptrdiff_t)(k * p->kernel_w + i) * p->tap_step;
      for (int32_t c = 0; c < p->filter_c; c++) sum += x[c] * tap[c];
    }
  return sum;
}

MF_KERNEL float mf_conv2d_dynamic_f32_output(float sum, const void *bias, int32_t o,
                                             const MF_ROM mf_conv2d_dynamic_f32_params *p) {
  const float added = p->has_bias ? ((const float *)bias)[o] : 0.0f;
  return mf_clamp_f32(sum + added, p->out_min, p->out_max);
}

/* Computes the pixel whose tap 0 lies at row y0 and pixel x0. */
MF_KERNEL void mf_conv2d_dynamic_f32_pixel(const float *in, const float *weights, const void *bias,
                                           int32_t y0, int32_t x0, float *out,
                                           const MF_ROM mf_conv2d_dynamic_f32_params *p) {
  for (int32_t o = 0; o < p->out_c; in += p->filter_c) {
    const int32_t end = o + p->group_filters;
    for (; o < end; o++, weights += p->filter_step) {
      const float sum = mf_conv2d_dynamic_f32_sum(in, y0, x0, weights, p);
      out[o] = mf_conv2d_dynamic_f32_output(sum, bias, o, p);
    }
  }
}

MF_ENTRY void mf_conv2d_dynamic_f32(const float *in, const float *weights, const void *bias,
                                    float *out, const MF_ROM mf_conv2d_dynamic_f32_params *p) {
  for (int32_t b = 0; b < p->batches; b++, in += (ptrdiff_t)p->in_h * p->in_w * p->in_c)
    for (int32_t y = 0; y < p->out_h; y++)
      for (int32_t x = 0; x < p->out_w; x++, out += p->out_c)
        mf_conv2d_dynamic_f32_pixel(in, weights, bias, y * p->stride_h - p->pad_top,
                                    x * p->stride_w - p->pad_left, out, p);
}

#endif
