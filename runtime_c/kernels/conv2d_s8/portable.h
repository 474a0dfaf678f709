/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_s8 in plain C. */
#ifndef MF_CONV2D_S8_PORTABLE_H
#define MF_CONV2D_S8_PORTABLE_H

/* The weights of one filter: how far those of neighbouring lanes lie apart. */
MF_KERNEL int32_t mf_conv2d_s8_filter_size(const MF_ROM mf_conv2d_s8_params *p) {
  return p->filter_c * p->kernel_h * p->kernel_w;
}

/* The filters of a group. */
MF_KERNEL int32_t mf_conv2d_s8_filters(const MF_ROM mf_conv2d_s8_params *p) {
  return p->out_c / (p->in_c / p->filter_c);
}

/* Adds n weights times the zero point: taps outside the picture. */
MF_KERNEL void mf_conv2d_s8_outside(const MF_ROM int8_t *w, int32_t n, int32_t lanes, int32_t *sum,
                                    const MF_ROM mf_conv2d_s8_params *p) {
  if (n == 0) return;
  for (int32_t i = 0; i < lanes; i++, w += mf_conv2d_s8_filter_size(p))
    sum[i] += p->in_zero_point * mf_sum_s8(w, (int)n);
}

/* Adds taps inside the picture, `x` under the first of them. Without gaps between taps or groups
   they are one run. */
MF_KERNEL void mf_conv2d_s8_inside(const int8_t *x, const MF_ROM int8_t *w, int32_t taps,
                                   int32_t lanes, int32_t *sum,
                                   const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t filter_size = mf_conv2d_s8_filter_size(p);
  if (p->dilation_w == 1 && p->filter_c == p->in_c) {
    mf_dots_s8(x, w, (ptrdiff_t)filter_size, (int)(taps * p->filter_c), (int)lanes, sum);
    return;
  }
  for (int32_t k = 0; k < taps; k++, w += p->filter_c)
    mf_dots_s8(x + k * p->dilation_w * p->in_c, w, (ptrdiff_t)filter_size, (int)p->filter_c,
               (int)lanes, sum);
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

/* Adds the taps of rows k to k + count of the window whose tap 0 lies at pixel x0, to the sums of the
   channels o to o + lanes. They read the input's channels from `channel` on. */
MF_KERNEL void mf_conv2d_s8_taps(const int8_t *const *rows, int32_t k, int32_t count, int32_t x0,
                                 int32_t channel, int32_t o, int32_t lanes, int32_t *sum,
                                 const MF_ROM mf_conv2d_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  const int32_t offset = (x0 + inside.first * p->dilation_w) * p->in_c + channel;
  const int32_t row = p->kernel_w * p->filter_c;
  const MF_ROM int8_t *w = p->weights + (ptrdiff_t)o * mf_conv2d_s8_filter_size(p) + k * row;
  for (; count > 0; count--, rows++, w += row) {
    const int8_t *x = *rows == NULL || inside.first == inside.end ? NULL : *rows + offset;
    mf_conv2d_s8_row(x, inside, w, lanes, sum, p);
  }
}

/* Writes the channels o to o + lanes of a pixel. */
MF_KERNEL void mf_conv2d_s8_write(const int32_t *sum, int32_t o, int32_t lanes, int8_t *out,
                                  const MF_ROM mf_conv2d_s8_params *p) {
  MF_LAYER_OUTPUTS_S8(sum, out, o, lanes, 1, p);
}

/* Computes the pixel whose tap 0 lies at x0. */
MF_KERNEL void mf_conv2d_s8_pixel(const int8_t *const *rows, int32_t x0, int32_t filters,
                                  int8_t *out, const MF_ROM mf_conv2d_s8_params *p) {
  for (int32_t channel = 0, o = 0; channel < p->in_c; channel += p->filter_c) {
    const int32_t end = o + filters;
    for (int32_t lanes; o < end; o += lanes) {
      int32_t sum[MF_LANES] = {0};
      lanes = mf_lanes(end - o);
      mf_conv2d_s8_taps(rows, 0, p->kernel_h, x0, channel, o, lanes, sum, p);
      mf_conv2d_s8_write(sum, o, lanes, out, p);
    }
  }
}

MF_ENTRY void mf_conv2d_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t order = p->order;
  const int32_t filters = mf_conv2d_s8_filters(p);
  int32_t under = mf_first(n, order) * p->kernel_h, at = mf_first(n * p->out_w, order) * p->out_c;
  for (; n > 0; n--, under += order * p->kernel_h) {
    int32_t x0 = mf_first(p->out_w, order) * p->stride_w - p->pad_left;
    for (int32_t left = p->out_w; left > 0; left--) {
      mf_conv2d_s8_pixel(rows + under, x0, filters, out + at, p);
      x0 += order * p->stride_w;
      at += order * p->out_c;
    }
  }
}

/* Adds the taps of row k of every window, over the input's `row`, to all sums. */
MF_INNER void mf_conv2d_s8_line(const int8_t *row, int32_t k, int32_t *sums,
                                const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t filters = mf_conv2d_s8_filters(p);
  for (int32_t x = 0; x < p->out_w; x++, sums += p->out_c) {
    const int32_t x0 = x * p->stride_w - p->pad_left;
    for (int32_t channel = 0, o = 0; channel < p->in_c; channel += p->filter_c) {
      const int32_t end = o + filters;
      for (int32_t lanes; o < end; o += lanes) {
        lanes = mf_lanes(end - o);
        mf_conv2d_s8_taps(&row, k, 1, x0, channel, o, lanes, sums + o, p);
      }
    }
  }
}

/* Taps above and below the picture are known beforehand. */
MF_ENTRY void mf_conv2d_s8_begin(int32_t *sums, const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t top = p->pad_top, bottom = top + p->in_h;
  memset(sums, 0, (size_t)(p->out_w * p->out_c) * sizeof *sums);
  for (int32_t k = 0; k < p->kernel_h; k++)
    if (k < top || k >= bottom) mf_conv2d_s8_line(NULL, k, sums, p);
}

MF_ENTRY void mf_conv2d_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                               const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t in_row = p->in_w * p->in_c;
  int32_t k = p->pad_top;
  for (; first > 0; first -= in_row) k++;
  for (; count > 0; count -= in_row, in += in_row) mf_conv2d_s8_line(in, k++, sums, p);
}

MF_ENTRY void mf_conv2d_s8_end(const int32_t *sums, int8_t *out,
                               const MF_ROM mf_conv2d_s8_params *p) {
  for (int32_t x = 0; x < p->out_w; x++, sums += p->out_c, out += p->out_c)
    mf_conv2d_s8_write(sums, 0, p->out_c, out, p);
}

MF_WHOLE_PICTURE(conv2d_s8, int8_t, s8, p->in_c, p->out_c, p->dilation_h)

#endif
