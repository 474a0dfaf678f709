/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_hybrid_f32 in plain C. */
#ifndef MF_CONV2D_HYBRID_F32_PORTABLE_H
#define MF_CONV2D_HYBRID_F32_PORTABLE_H

/* A quantised image: real = scale * (value - zero_point). `inverse` is 1 / scale as it is rounded. */
typedef struct {
  const int8_t *values;
  float scale;
  float inverse;
  int32_t zero_point;
  int32_t least;
} mf_conv2d_hybrid_f32_image;

/* The number nearest to x, ties away from zero, within `least` to 127. */
MF_KERNEL int32_t mf_conv2d_hybrid_f32_nearest(float x, int32_t least) {
  if (!(x > (float)least)) return least;
  if (x >= 127.0f) return 127;
  const int32_t whole = (int32_t)x;
  const float rest = x - (float)whole;
  return whole + (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0);
}

/* Scale and zero point for values from low to high, 0 among them, not all 0. The zero point is taken from the
   end where it is the more exact. */
MF_KERNEL mf_conv2d_hybrid_f32_image mf_conv2d_hybrid_f32_range(float low, float high,
                                                                int asymmetric) {
  mf_conv2d_hybrid_f32_image made = {NULL, 0.0f, 0.0f, 0, -127};
  if (!asymmetric) {
    const float range = -low > high ? -low : high;
    made.scale = range / 127.0f;
    made.inverse = 127.0f / range;
    return made;
  }
  made.scale = (high - low) / 255.0f;
  made.inverse = 1.0f / made.scale;
  made.least = -128;
  const float below = low / made.scale, above = high / made.scale;
  const float zero = 128.0f - below < 127.0f + above ? -128.0f - below : 127.0f - above;
  made.zero_point = mf_conv2d_hybrid_f32_nearest(zero, -128);
  return made;
}

/* Quantises the n values of an image to `values`. */
MF_INNER mf_conv2d_hybrid_f32_image mf_conv2d_hybrid_f32_quantised(const float *x, int32_t n,
                                                                   int8_t *values, int asymmetric) {
  mf_conv2d_hybrid_f32_image made = {NULL, 1.0f, 0.0f, 0, -127};
  float low = 0.0f, high = 0.0f;
  for (int32_t i = 0; i < n; i++) {
    if (x[i] < low) low = x[i];
    if (x[i] > high) high = x[i];
  }
  if (low < high) made = mf_conv2d_hybrid_f32_range(low, high, asymmetric);
  for (int32_t i = 0; i < n; i++) {
    const float steps = x[i] * made.inverse;
    values[i] = (int8_t)mf_conv2d_hybrid_f32_nearest((float)made.zero_point + steps, made.least);
  }
  made.values = values;
  return made;
}

/* The sum over the window whose tap 0 lies at row y0 and pixel x0, from the input's `channel` on. */
MF_INNER int32_t mf_conv2d_hybrid_f32_sum(const mf_conv2d_hybrid_f32_image *image, int32_t y0,
                                          int32_t x0, int32_t channel, const MF_ROM int8_t *w,
                                          const MF_ROM mf_conv2d_hybrid_f32_params *p) {
  const mf_taps rows = mf_taps_inside(y0, p->kernel_h, p->dilation_h, p->in_h);
  const mf_taps columns = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  int32_t sum = 0;
  for (int32_t k = rows.first; k < rows.end; k++)
    for (int32_t i = columns.first; i < columns.end; i++) {
      const int32_t pixel = (y0 + k * p->dilation_h) * p->in_w + x0 + i * p->dilation_w;
      const int8_t *x = image->values + (ptrdiff_t)pixel * p->in_c + channel;
      const MF_ROM int8_t *tap = w + (ptrdiff_t)(k * p->kernel_w + i) * p->tap_step;
      for (int32_t c = 0; c < p->filter_c; c++) sum += (x[c] - image->zero_point) * tap[c];
    }
  return sum;
}

/* Computes the pixel whose tap 0 lies at row y0 and pixel x0. */
MF_KERNEL void mf_conv2d_hybrid_f32_pixel(const mf_conv2d_hybrid_f32_image *image, int32_t y0,
                                          int32_t x0, float *out,
                                          const MF_ROM mf_conv2d_hybrid_f32_params *p) {
  const MF_ROM int8_t *w = p->weights;
  for (int32_t o = 0, channel = 0; o < p->out_c; channel += p->filter_c) {
    const int32_t end = o + p->group_filters;
    for (; o < end; o++, w += p->filter_step) {
      const float sum = (float)mf_conv2d_hybrid_f32_sum(image, y0, x0, channel, w, p);
      const float scale = p->scales[o * p->scale_step];
      const float real =
          p->weights_first ? sum * scale * image->scale : sum * (image->scale * scale);
      out[o] = mf_clamp_f32(real + p->bias[o], p->out_min, p->out_max);
    }
  }
}

MF_ENTRY void mf_conv2d_hybrid_f32(const float *in, float *out, void *scratch,
                                   const MF_ROM mf_conv2d_hybrid_f32_params *p) {
  const int32_t size = p->in_h * p->in_w * p->in_c;
  for (int32_t b = 0; b < p->batches; b++, in += size) {
    const mf_conv2d_hybrid_f32_image image =
        mf_conv2d_hybrid_f32_quantised(in, size, (int8_t *)scratch, p->asymmetric);
    for (int32_t y = 0; y < p->out_h; y++)
      for (int32_t x = 0; x < p->out_w; x++, out += p->out_c)
        mf_conv2d_hybrid_f32_pixel(&image, y * p->stride_h - p->pad_top,
                                   x * p->stride_w - p->pad_left, out, p);
  }
}

#endif
