/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_s16 in plain C. */
#ifndef MF_CONV2D_S16_PORTABLE_H
#define MF_CONV2D_S16_PORTABLE_H

/* The weights of one filter: how far those of neighbouring lanes lie apart. */
MF_KERNEL int32_t mf_conv2d_s16_filter_size(const MF_ROM mf_conv2d_s16_params *p) {
  return p->filter_c * p->kernel_h * p->kernel_w;
}

/* Adds taps inside the picture, `x` under the first of them. Without gaps between taps or groups
   they are one run. */
MF_KERNEL void mf_conv2d_s16_inside(const int16_t *x, const MF_ROM int8_t *w, int32_t taps,
                                    int32_t lanes, int64_t *sum,
                                    const MF_ROM mf_conv2d_s16_params *p) {
  const ptrdiff_t filter_size = (ptrdiff_t)mf_conv2d_s16_filter_size(p);
  if (p->dilation_w == 1 && p->filter_c == p->in_c) {
    mf_dots_s16(x, w, filter_size, (int)(taps * p->filter_c), (int)lanes, sum);
    return;
  }
  for (int32_t k = 0; k < taps; k++, w += p->filter_c)
    mf_dots_s16(x + k * p->dilation_w * p->in_c, w, filter_size, (int)p->filter_c, (int)lanes, sum);
}

/* Adds the taps of the window whose tap 0 lies at pixel x0, to the sums of the channels o to o + lanes. They
   read the input's channels from `channel` on. */
MF_KERNEL void mf_conv2d_s16_taps(const int16_t *const *rows, int32_t x0, int32_t channel,
                                  int32_t o, int32_t lanes, int64_t *sum,
                                  const MF_ROM mf_conv2d_s16_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  const int32_t taps = inside.end - inside.first;
  const int32_t offset = (x0 + inside.first * p->dilation_w) * p->in_c + channel;
  const MF_ROM int8_t *w = p->weights + (ptrdiff_t)o * mf_conv2d_s16_filter_size(p);
  w += inside.first * p->filter_c;
  for (int32_t k = 0; k < p->kernel_h; k++, w += p->kernel_w * p->filter_c)
    if (rows[k] != NULL) mf_conv2d_s16_inside(rows[k] + offset, w, taps, lanes, sum, p);
}

/* Writes the channels o to o + lanes of a pixel. */
MF_KERNEL void mf_conv2d_s16_write(const int64_t *sum, int32_t o, int32_t lanes, int16_t *out,
                                   const MF_ROM mf_conv2d_s16_params *p) {
  for (int32_t i = 0; i < lanes; i++, o++) {
    const int64_t bias = p->bias != NULL ? p->bias[o] : p->wide_bias[o];
    out[o] = mf_output_s16(mf_wrapping_add64(sum[i], bias), p->multiplier[o], p->shift[o], p->wide,
                           p->out_zero_point, p->out_min, p->out_max);
  }
}

/* Computes the pixel whose tap 0 lies at x0. */
MF_KERNEL void mf_conv2d_s16_pixel(const int16_t *const *rows, int32_t x0, int32_t filters,
                                   int16_t *out, const MF_ROM mf_conv2d_s16_params *p) {
  for (int32_t channel = 0, o = 0; channel < p->in_c; channel += p->filter_c) {
    const int32_t end = o + filters;
    for (int32_t lanes; o < end; o += lanes) {
      int64_t sum[MF_LANES] = {0};
      lanes = mf_lanes(end - o);
      mf_conv2d_s16_taps(rows, x0, channel, o, lanes, sum, p);
      mf_conv2d_s16_write(sum, o, lanes, out, p);
    }
  }
}

MF_ENTRY void mf_conv2d_s16_rows(const int16_t *const *rows, int16_t *out, int32_t n,
                                 const MF_ROM mf_conv2d_s16_params *p) {
  const int32_t order = p->order;
  const int32_t filters = p->out_c / (p->in_c / p->filter_c); /* of a group */
  int32_t under = mf_first(n, order) * p->kernel_h, at = mf_first(n * p->out_w, order) * p->out_c;
  for (; n > 0; n--, under += order * p->kernel_h) {
    int32_t x0 = mf_first(p->out_w, order) * p->stride_w - p->pad_left;
    for (int32_t left = p->out_w; left > 0; left--) {
      mf_conv2d_s16_pixel(rows + under, x0, filters, out + at, p);
      x0 += order * p->stride_w;
      at += order * p->out_c;
    }
  }
}

#endif
