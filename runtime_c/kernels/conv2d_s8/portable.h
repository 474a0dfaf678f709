/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_s8 in plain C. */
#ifndef MF_CONV2D_S8_PORTABLE_H
#define MF_CONV2D_S8_PORTABLE_H

/* The weights of one filter: how far those of neighbouring lanes lie apart. */
MF_KERNEL int32_t mf_conv2d_s8_filter_size(const MF_ROM mf_conv2d_s8_params *p) {
  return p->filter_c * p->kernel_h * p->kernel_w;
}

/* Adds n weights times the zero point: taps outside the picture. */
MF_KERNEL void mf_conv2d_s8_outside(const MF_ROM int8_t *w, int32_t n, int32_t lanes, int32_t *sum,
                                    const MF_ROM mf_conv2d_s8_params *p) {
  if (n == 0) return;
  for (int32_t i = 0; i < lanes; i++, w += mf_conv2d_s8_filter_size(p))
    sum[i] += p->in_zero_point * mf_sum_s8(w, n);
}

/* Adds taps inside the picture, `x` under the first of them. Without gaps between taps or groups
   they are one run. */
MF_KERNEL void mf_conv2d_s8_inside(const int8_t *x, const MF_ROM int8_t *w, int32_t taps,
                                   int32_t lanes, int32_t *sum,
                                   const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t filter_size = mf_conv2d_s8_filter_size(p);
  if (p->dilation_w == 1 && p->filter_c == p->in_c) {
    mf_dots_s8(x, w, filter_size, taps * p->filter_c, lanes, sum);
    return;
  }
  for (int32_t k = 0; k < taps; k++, w += p->filter_c)
    mf_dots_s8(x + k * p->dilation_w * p->in_c, w, filter_size, p->filter_c, lanes, sum);
}

/* Adds one row of each filter. `x` is the input under the first tap inside, null where there is none. */
MF_KERNEL void mf_conv2d_s8_row(const int8_t *x, mf_taps inside, const MF_ROM int8_t *w,
                                int32_t lanes, int32_t *sum, const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t all = p->kernel_w * p->filter_c;
  const int32_t first = inside.first * p->filter_c, end = inside.end * p->filter_c;
  if (x == NULL) {
    mf_conv2d_s8_outside(w, all, lanes, sum, p);
    return;
  }
  mf_conv2d_s8_outside(w, first, lanes, sum, p);
  mf_conv2d_s8_inside(x, w + first, inside.end - inside.first, lanes, sum, p);
  mf_conv2d_s8_outside(w + end, all - end, lanes, sum, p);
}

/* Computes the channels o to o + lanes of the pixel whose tap 0 lies at x0. They read the input's
   channels from `channel` on. */
MF_KERNEL void mf_conv2d_s8_channels(const int8_t *const *rows, int32_t x0, int32_t channel,
                                     int32_t o, int32_t lanes, int8_t *out,
                                     const MF_ROM mf_conv2d_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  const int32_t offset = (x0 + inside.first * p->dilation_w) * p->in_c + channel;
  const MF_ROM int8_t *w = p->weights + (ptrdiff_t)o * mf_conv2d_s8_filter_size(p);
  int32_t sum[MF_LANES] = {0};
  for (int32_t k = 0; k < p->kernel_h; k++, w += p->kernel_w * p->filter_c) {
    const int8_t *x = rows[k] == NULL || inside.first == inside.end ? NULL : rows[k] + offset;
    mf_conv2d_s8_row(x, inside, w, lanes, sum, p);
  }
  for (int32_t i = 0; i < lanes; i++, o++)
    out[o] = mf_output_s8(mf_wrapping_add(sum[i], p->bias[o]), p->multiplier[o], p->shift[o],
                          p->out_zero_point, p->out_min, p->out_max);
}

MF_KERNEL void mf_conv2d_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                 const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t filters = p->out_c / (p->in_c / p->filter_c); /* a group */
  for (; n > 0; n--, rows += p->kernel_h) {
    for (int32_t x = 0; x < p->out_w; x++, out += p->out_c) {
      const int32_t x0 = x * p->stride_w - p->pad_left;
      int32_t o = 0;
      for (int32_t channel = 0; channel < p->in_c; channel += p->filter_c) {
        const int32_t end = o + filters;
        for (int32_t lanes; o < end; o += lanes) {
          lanes = mf_lanes(end - o);
          mf_conv2d_s8_channels(rows, x0, channel, o, lanes, out, p);
        }
      }
    }
  }
}

#endif
