/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* transpose_conv_dynamic_s8 in plain C. */
#ifndef MF_TRANSPOSE_CONV_DYNAMIC_S8_PORTABLE_H
#define MF_TRANSPOSE_CONV_DYNAMIC_S8_PORTABLE_H

/* The sum over the input pixels for which the output pixel lies `down` and `right` of where the first window begins,
   by the weights of one output channel. */
MF_INNER int32_t mf_transpose_conv_dynamic_s8_sum(
    const int8_t *in, const int8_t *weights, int32_t down, int32_t right,
    const MF_ROM mf_transpose_conv_dynamic_s8_params *p) {
  const mf_taps rows = mf_gathered(down, p->kernel_h, p->stride_h, p->in_h);
  const mf_taps pixels = mf_gathered(right, p->kernel_w, p->stride_w, p->in_w);
  int32_t sum = 0;
  for (int32_t y = rows.first; y < rows.end; y++)
    for (int32_t x = pixels.first; x < pixels.end; x++) {
      const int32_t tap = (down - y * p->stride_h) * p->kernel_w + right - x * p->stride_w;
      const int8_t *pixel = in + (y * p->in_w + x) * p->in_c;
      const int8_t *weight = weights + tap * p->in_c;
      for (int32_t c = 0; c < p->in_c; c++)
        sum = mf_wrapping_add(sum, (int32_t)(pixel[c] - p->in_zero_point) * weight[c]);
    }
  return sum;
}

MF_KERNEL int8_t mf_transpose_conv_dynamic_s8_output(
    int32_t sum, const void *bias, int32_t o, const MF_ROM mf_transpose_conv_dynamic_s8_params *p) {
  const int32_t s = o * p->scale_step;
  if (p->has_bias) sum = mf_wrapping_add(sum, ((const int32_t *)bias)[o]);
  return mf_output_s8(sum, p->multiplier[s], p->shift[s], p->out_zero_point, p->out_min,
                      p->out_max);
}

MF_ENTRY void mf_transpose_conv_dynamic_s8(const int8_t *in, const int8_t *weights,
                                           const void *bias, int8_t *out,
                                           const MF_ROM mf_transpose_conv_dynamic_s8_params *p) {
  const int32_t filter = p->kernel_h * p->kernel_w * p->in_c;
  for (int32_t b = 0; b < p->batches; b++, in += p->in_h * p->in_w * p->in_c)
    for (int32_t y = 0; y < p->out_h; y++)
      for (int32_t x = 0; x < p->out_w; x++)
        for (int32_t o = 0; o < p->out_c; o++) {
          const int32_t sum = mf_transpose_conv_dynamic_s8_sum(in, weights + o * filter,
                                                               y + p->pad_top, x + p->pad_left, p);
          *out++ = mf_transpose_conv_dynamic_s8_output(sum, bias, o, p);
        }
}

#endif
