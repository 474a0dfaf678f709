/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_dynamic_s8 in plain C. */
#ifndef MF_CONV2D_DYNAMIC_S8_PORTABLE_H
#define MF_CONV2D_DYNAMIC_S8_PORTABLE_H

/* The sum over the window whose tap 0 lies at row y0 and pixel x0 of the picture `in`, whose first channel is
   the filter's. */
MF_INNER int32_t mf_conv2d_dynamic_s8_sum(const int8_t *in, int32_t y0, int32_t x0, const int8_t *w,
                                          const MF_ROM mf_conv2d_dynamic_s8_params *p) {
  const mf_taps rows = mf_taps_inside(y0, p->kernel_h, p->dilation_h, p->in_h);
  const mf_taps columns = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  int32_t sum = 0;
  for (int32_t k = rows.first; k < rows.end; k++)
    for (int32_t i = columns.first; i < columns.end; i++) {
      const int32_t pixel = (y0 + k * p->dilation_h) * p->in_w + x0 + i * p->dilation_w;
      const int8_t *x = in + (ptrdiff_t)pixel * p->in_c;
      const int8_t *tap = w + (ptrdiff_t)(k * p->kernel_w + i) * p->tap_step;
      for (int32_t c = 0; c < p->filter_c; c++)
        sum = mf_wrapping_add(
            sum, (int32_t)(x[c] - p->in_zero_point) * (tap[c] - p->weights_zero_point));
    }
  return sum;
}

MF_KERNEL int8_t mf_conv2d_dynamic_s8_output(int32_t sum, const void *bias, int32_t o,
                                             const MF_ROM mf_conv2d_dynamic_s8_params *p) {
  const int32_t s = o * p->scale_step;
  if (p->has_bias) sum = mf_wrapping_add(sum, ((const int32_t *)bias)[o]);
  return mf_output_s8(sum, p->multiplier[s], p->shift[s], p->out_zero_point, p->out_min,
                      p->out_max);
}

/* Computes the pixel whose tap 0 lies at row y0 and pixel x0. */
MF_KERNEL void mf_conv2d_dynamic_s8_pixel(const int8_t *in, const int8_t *weights, const void *bias,
                                          int32_t y0, int32_t x0, int8_t *out,
                                          const MF_ROM mf_conv2d_dynamic_s8_params *p) {
  for (int32_t o = 0; o < p->out_c; in += p->filter_c) {
    const int32_t end = o + p->group_filters;
    for (; o < end; o++, weights += p->filter_step) {
      const int32_t sum = mf_conv2d_dynamic_s8_sum(in, y0, x0, weights, p);
      out[o] = mf_conv2d_dynamic_s8_output(sum, bias, o, p);
    }
  }
}

MF_ENTRY void mf_conv2d_dynamic_s8(const int8_t *in, const int8_t *weights, const void *bias,
                                   int8_t *out, const MF_ROM mf_conv2d_dynamic_s8_params *p) {
  for (int32_t b = 0; b < p->batches; b++, in += (ptrdiff_t)p->in_h * p->in_w * p->in_c)
    for (int32_t y = 0; y < p->out_h; y++)
      for (int32_t x = 0; x < p->out_w; x++, out += p->out_c)
        mf_conv2d_dynamic_s8_pixel(in, weights, bias, y * p->stride_h - p->pad_top,
                                   x * p->stride_w - p->pad_left, out, p);
}

#endif
