/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_s8 for cores with eight registers for all and some for sums: four filters at a time over a pixel's window, which
   is read in its place where it is one run, and else staged on the stack. */
/* Needs mf_outputs.h and mf_tile.h. */
#ifndef MF_CONV2D_S8_THUMB_H
#define MF_CONV2D_S8_THUMB_H

/* Bytes on the stack for a window. Larger ones go row by row, groups and dilated columns tap by tap. */
#define MF_CONV2D_S8_STAGE 160

/* Sums that are kept before they become outputs: fours. */
#define MF_CONV2D_S8_SUMS 24

/* The weights of one filter: how far those of neighbouring filters lie apart. */
MF_KERNEL int32_t mf_conv2d_s8_size(const MF_ROM mf_conv2d_s8_params *p) {
  return p->filter_c * p->kernel_h * p->kernel_w;
}

MF_KERNEL mf_outputs mf_conv2d_s8_outputs(const MF_ROM mf_conv2d_s8_params *p) {
  const mf_outputs made = {p->bias,    p->multiplier, p->shift, p->out_zero_point,
                           p->out_min, p->out_max,    p->out_c};
  return made;
}

/* ---- Windows that are one run ---- */

/* Computes the pixel whose window is this one. */
MF_INNER void mf_conv2d_s8_one(const int8_t *window, int8_t *out, const mf_outputs *outputs,
                               const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t size = mf_conv2d_s8_size(p), out_c = p->out_c;
  const MF_ROM int8_t *w = p->weights;
  for (int32_t o = 0, n; o < out_c; o += n) {
    int32_t sums[MF_CONV2D_S8_SUMS], *sum = sums;
    n = out_c - o < MF_CONV2D_S8_SUMS ? out_c - o : MF_CONV2D_S8_SUMS;
    for (int32_t left = n; left > 0; left -= MF_LANES, sum += MF_LANES, w += MF_LANES * size) {
      sum[0] = sum[1] = sum[2] = sum[3] = 0;
      mf_dots_s8(window, w, (ptrdiff_t)size, (int)size, (int)mf_lanes(left), sum);
    }
    mf_outputs_channels_s8(outputs, o, sums, out + o, n);
  }
}

/* Copies the window whose tap 0 lies at x0, zero points where it is outside. */
MF_INNER void mf_conv2d_s8_lay(const int8_t *const *rows, int32_t x0, int8_t *to,
                               const MF_ROM mf_conv2d_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
  const int32_t all = p->kernel_w * p->in_c, first = inside.first * p->in_c;
  const int32_t end = inside.end * p->in_c, offset = x0 * p->in_c + first;
  const int8_t zero = p->in_zero_point;
  for (int32_t k = p->kernel_h; k > 0; k--, rows++, to += all) {
    int32_t i = 0;
    if (*rows != NULL) {
      for (; i < first; i++) to[i] = zero;
      mf_copy_few(to + i, *rows + offset, end - i);
      i = end;
    }
    for (; i < all; i++) to[i] = zero;
  }
}

/* ---- Any window ---- */

/* Tells whether the taps of a window's row lie one behind the other, as the weights of each filter do. */
MF_KERNEL int mf_conv2d_s8_is_dense(const MF_ROM mf_conv2d_s8_params *p) {
  return p->dilation_w == 1 && p->filter_c == p->in_c;
}

/* Adds the taps of rows k to k + count of the window whose tap 0 lies at x0, to the sums of all filters: in runs where
   they lie one behind the other. */
MF_INNER void mf_conv2d_s8_add_rows(const int8_t *const *rows, int32_t k, int32_t count, int32_t x0,
                                    int32_t *sum, int32_t o, int32_t lanes,
                                    const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t size = mf_conv2d_s8_size(p), n = p->filter_c, taps = p->kernel_w;
  const int32_t channel = o / (p->out_c / (p->in_c / n)) * n;
  const mf_taps inside = mf_taps_inside(x0, taps, p->dilation_w, p->in_w);
  const int dense = mf_conv2d_s8_is_dense(p);
  const MF_ROM int8_t *w = p->weights + (ptrdiff_t)o * size + k * taps * n;
  for (; count > 0; count--, rows++)
    for (int32_t tap = 0, run; tap < taps; tap += run, w += run * n) {
      const int32_t end = *rows == NULL || tap >= inside.end ? taps
                          : tap < inside.first               ? inside.first
                                                             : inside.end;
      run = dense ? end - tap : 1;
      if (*rows != NULL && tap >= inside.first && tap < inside.end)
        mf_dots_s8(*rows + (x0 + tap * p->dilation_w) * p->in_c + channel, w, (ptrdiff_t)size,
                   (int)(run * n), (int)lanes, sum);
      else
        for (int32_t i = 0; i < lanes; i++)
          sum[i] += p->in_zero_point * mf_sum_s8(w + i * size, (int)(run * n));
    }
}

/* The filters from o on that are computed together: of one group. */
MF_KERNEL int32_t mf_conv2d_s8_lanes(int32_t o, const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t filters = p->out_c / (p->in_c / p->filter_c);
  return mf_lanes(filters - o % filters);
}

MF_INNER void mf_conv2d_s8_any(const int8_t *const *rows, int32_t x0, int8_t *out,
                               const mf_outputs *outputs, const MF_ROM mf_conv2d_s8_params *p) {
  for (int32_t o = 0, lanes; o < p->out_c; o += lanes) {
    int32_t sum[MF_LANES];
    sum[0] = sum[1] = sum[2] = sum[3] = 0;
    lanes = mf_conv2d_s8_lanes(o, p);
    mf_conv2d_s8_add_rows(rows, 0, p->kernel_h, x0, sum, o, lanes, p);
    mf_outputs_channels_s8(outputs, o, sum, out + o, lanes);
  }
}

/* ---- Rows ---- */

/* Computes the pixel whose tap 0 lies at x0. */
MF_INNER void mf_conv2d_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *stage, int8_t *out,
                                 const mf_outputs *outputs, const MF_ROM mf_conv2d_s8_params *p) {
  const int dense = mf_conv2d_s8_is_dense(p);
  const int point = p->kernel_h * p->kernel_w == 1 && *rows != NULL && x0 >= 0 && x0 < p->in_w;
  if (!dense || (!point && mf_conv2d_s8_size(p) > MF_CONV2D_S8_STAGE)) {
    mf_conv2d_s8_any(rows, x0, out, outputs, p);
    return;
  }
  if (!point) mf_conv2d_s8_lay(rows, x0, stage, p);
  mf_conv2d_s8_one(point ? *rows + x0 * p->in_c : stage, out, outputs, p);
}

MF_ENTRY void mf_conv2d_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                const MF_ROM mf_conv2d_s8_params *p) {
  const mf_outputs outputs = mf_conv2d_s8_outputs(p);
  const int32_t order = p->order, out_w = p->out_w;
  int8_t stage[MF_CONV2D_S8_STAGE];
  for (int32_t y = mf_first(n, order); mf_within(y, n); y += order)
    for (int32_t x = mf_first(out_w, order); mf_within(x, out_w); x += order)
      mf_conv2d_s8_pixel(rows + y * p->kernel_h, x * p->stride_w - p->pad_left, stage,
                         out + (y * out_w + x) * p->out_c, &outputs, p);
}

MF_WHOLE_PICTURE(conv2d_s8, int8_t, s8, p->in_c, p->out_c, p->dilation_h)

/* ---- Pieces ---- */

/* Adds the taps of row k of every window, over the input's `row`, to all sums. */
MF_INNER void mf_conv2d_s8_line(const int8_t *row, int32_t k, int32_t *sums,
                                const MF_ROM mf_conv2d_s8_params *p) {
  for (int32_t x = 0; x < p->out_w; x++, sums += p->out_c)
    for (int32_t o = 0, lanes; o < p->out_c; o += lanes) {
      lanes = mf_conv2d_s8_lanes(o, p);
      mf_conv2d_s8_add_rows(&row, k, 1, x * p->stride_w - p->pad_left, sums + o, o, lanes, p);
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
  const mf_outputs outputs = mf_conv2d_s8_outputs(p);
  for (int32_t x = 0; x < p->out_w; x++, sums += p->out_c, out += p->out_c)
    mf_outputs_channels_s8(&outputs, 0, sums, out, p->out_c);
}

#endif
