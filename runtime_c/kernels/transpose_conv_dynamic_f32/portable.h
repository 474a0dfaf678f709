/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* transpose_conv_dynamic_f32 in plain C. */
#ifndef MF_TRANSPOSE_CONV_DYNAMIC_F32_PORTABLE_H
#define MF_TRANSPOSE_CONV_DYNAMIC_F32_PORTABLE_H

/* The sum over the input pixels for which the output pixel lies `down` and `right` of where the first window begins,
   by the weights of one output channel. */
MF_INNER float mf_transpose_conv_dynamic_f32_sum(
    const float *in, const float *weights, int32_t down, int32_t right,
    const MF_ROM mf_transpose_conv_dynamic_f32_params *p) {
  const mf_taps rows = mf_gathered(down, p->kernel_h, p->stride_h, p->in_h);
  const mf_taps pixels = mf_gathered(right, p->kernel_w, p->stride_w, p->in_w);
  float sum = 0;
  for (int32_t y = rows.first; y < rows.end; y++)
    for (int32_t x = pixels.first; x < pixels.end; x++) {
      const int32_t tap = (down - y * p->stride_h) * p->kernel_w + right - x * p->stride_w;
      const float *pixel = in + (y * p->in_w + x) * p->in_c;
      const float *weight = weights + tap * p->in_c;
      for (int32_t c = 0; c < p->in_c; c++) sum += pixel[c] * weight[c];
    }
  return sum;
}

MF_KERNEL float mf_transpose_conv_dynamic_f32_output(
    float sum, const void *bias, int32_t o, const MF_ROM mf_transpose_conv_dynamic_f32_params *p) {
  if (p->has_bias) sum += ((const float *)bias)[o];
  return mf_clamp_f32(sum, p->out_min, p->out_max);
}

MF_ENTRY void mf_transpose_conv_dynamic_f32(const float *in, const float *weights, const void *bias,
                                            float *out,
                                            const MF_ROM mf_transpose_conv_dynamic_f32_params *p) {
  const int32_t filter = p->kernel_h * p->kernel_w * p->in_c;
  for (int32_t b = 0; b < p->batches; b++, in += p->in_h * p->in_w * p->in_c)
    for (int32_t y = 0; y < p->out_h; y++)
      for (int32_t x = 0; x < p->out_w; x++)
        for (int32_t o = 0; o < p->out_c; o++) {
          const float sum = mf_transpose_conv_dynamic_f32_sum(in, weights + o * filter,
                                                              y + p->pad_top, x + p->pad_left, p);
          *out++ = mf_transpose_conv_dynamic_f32_output(sum, bias, o, p);
        }
}

#endif
