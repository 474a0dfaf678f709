/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_s8 for cores of 32 bits: three pixels and two filters at once. Windows, or outputs, are staged on the stack,
   so that all is read before anything is written. */
/* Needs mf_outputs.h and mf_tile.h. */
#ifndef MF_CONV2D_S8_BLOCKED_H
#define MF_CONV2D_S8_BLOCKED_H

/* Bytes on the stack: for the windows of a pixel or of three, or for the outputs of three. */
#define MF_CONV2D_S8_STAGE 768

/* Shorter runs of a window's rows are staged. */
#define MF_CONV2D_S8_RUN 16

/* The weights of one filter: how far those of neighbouring filters lie apart. */
MF_KERNEL int32_t mf_conv2d_s8_size(const MF_ROM mf_conv2d_s8_params *p) {
  return p->filter_c * p->kernel_h * p->kernel_w;
}

/* ---- Three pixels, or one whose window is staged ---- */

MF_KERNEL mf_outputs mf_conv2d_s8_outputs(const MF_ROM mf_conv2d_s8_params *p) {
  const mf_outputs made = {p->bias,    p->multiplier, p->shift, p->out_zero_point,
                           p->out_min, p->out_max,    p->out_c};
  return made;
}

/* What taps outside the picture add to a sum: `before` weights at the filter's start and `after` at its end. */
MF_INNER int32_t mf_conv2d_s8_border(const MF_ROM int8_t *w, int32_t before, int32_t after,
                                     const MF_ROM mf_conv2d_s8_params *p) {
  const MF_ROM int8_t *last = w + mf_conv2d_s8_size(p) - after;
  return p->in_zero_point * (mf_sum_s8(w, (int)before) + mf_sum_s8(last, (int)after));
}

/* The sums of three pixels, whose windows lack so many taps, for two filters, `step` apart. */
MF_KERNEL void mf_conv2d_s8_sums(const mf_three *three, int32_t before, int32_t after,
                                 const MF_ROM int8_t *w, int32_t step, int32_t *sum,
                                 const MF_ROM mf_conv2d_s8_params *p) {
  sum[0] = sum[1] = 0;
  if (before + after > 0) {
    sum[0] = mf_conv2d_s8_border(w - before, before, after, p);
    sum[1] = mf_conv2d_s8_border(w - before + step, before, after, p);
  }
  mf_tile_s8(three, w, (ptrdiff_t)step, sum);
}

/* Computes the three pixels. The last of an odd number of filters is a pair of its own. */
MF_INNER void mf_conv2d_s8_pixels(const mf_three *three, int32_t before, int32_t after, int8_t *out,
                                  const MF_ROM mf_conv2d_s8_params *p) {
  const mf_outputs outputs = mf_conv2d_s8_outputs(p);
  const int32_t last = p->out_c - 1, size = mf_conv2d_s8_size(p);
  const MF_ROM int8_t *w = p->weights + before;
  int32_t sum[MF_TILE_SUMS], o = 0;
  for (; o < last; o += 2, w += 2 * size) {
    mf_conv2d_s8_sums(three, before, after, w, size, sum, p);
    mf_outputs_pixels_s8(&outputs, o, sum, out + o);
    mf_outputs_pixels_s8(&outputs, o + 1, sum + MF_TILE_PIXELS, out + o + 1);
  }
  if (o > last) return;
  mf_conv2d_s8_sums(three, before, after, w, 0, sum, p);
  mf_outputs_pixels_s8(&outputs, o, sum, out + o);
}

/* Copies the window whose tap 0 lies at x0 in rows of `width` pixels, zero points where it is outside. */
MF_INNER void mf_conv2d_s8_lay(const int8_t *const *rows, int32_t x0, int32_t width, int8_t *to,
                               const MF_ROM mf_conv2d_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, width);
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

/* Tells whether `bytes` from `out` on lie outside all of `count` rows of `width` bytes. */
MF_KERNEL int mf_conv2d_s8_is_apart(const int8_t *const *rows, int32_t count, int32_t width,
                                    const int8_t *out, int32_t bytes) {
  const uintptr_t start = (uintptr_t)out, end = start + (uintptr_t)bytes;
  for (int32_t k = 0; k < count; k++) {
    const uintptr_t row = (uintptr_t)rows[k];
    if (row < end && start < row + (uintptr_t)width) return 0;
  }
  return 1;
}

/* Computes three pixels, whose windows begin at `offset` in `width` inputs of each row and lie inside, from the rows.
   Tells whether it did: not where outputs, which may go to `stage`, could be written over what is read later. */
MF_KERNEL int mf_conv2d_s8_direct(const int8_t *const *rows, int32_t offset, int32_t width,
                                  int8_t *stage, int8_t *out, const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t run = p->kernel_w * p->in_c, outputs = MF_TILE_PIXELS * p->out_c;
  int32_t first = 0, end = p->kernel_h;
  while (first < end && rows[first] == NULL) first++;
  while (end > first && rows[end - 1] == NULL) end--;
  const mf_three three = {rows + first, end - first, run, p->stride_w * p->in_c, offset};
  const int apart = mf_conv2d_s8_is_apart(rows + first, end - first, width, out, outputs);
  if (first == end || (!apart && outputs > MF_CONV2D_S8_STAGE)) return 0;
  mf_conv2d_s8_pixels(&three, first * run, (p->kernel_h - end) * run, apart ? out : stage, p);
  if (!apart) memcpy(out, stage, (size_t)outputs);
  return 1;
}

/* Computes three pixels, the window of the first of which begins at x0. Tells whether it did. */
MF_INNER int mf_conv2d_s8_three(const int8_t *const *rows, int32_t x0, int32_t width, int8_t *out,
                                const MF_ROM mf_conv2d_s8_params *p) {
  int8_t stage[MF_CONV2D_S8_STAGE];
  const int8_t *const windows = stage;
  const int32_t size = mf_conv2d_s8_size(p), run = p->kernel_w * p->in_c;
  const int32_t offset = x0 * p->in_c, end = offset + 2 * p->stride_w * p->in_c + run;
  const int inside = offset >= 0 && end <= width * p->in_c;
  if (inside && run >= MF_CONV2D_S8_RUN &&
      mf_conv2d_s8_direct(rows, offset, width * p->in_c, stage, out, p))
    return 1;
  if (MF_TILE_PIXELS * size > MF_CONV2D_S8_STAGE) return 0;
  const mf_three three = {&windows, 1, size, size, 0};
  for (int32_t i = 0; i < MF_TILE_PIXELS; i++, x0 += p->stride_w)
    mf_conv2d_s8_lay(rows, x0, width, stage + i * size, p);
  mf_conv2d_s8_pixels(&three, 0, 0, out, p);
  return 1;
}

/* Computes two pixels, the windows of which are staged one behind the other: of three filters at once, in the place
   of pixels. Some of the last filters may be computed twice. */
MF_KERNEL void mf_conv2d_s8_two(const int8_t *windows, int8_t *out,
                                const MF_ROM mf_conv2d_s8_params *p) {
  const mf_outputs outputs = mf_conv2d_s8_outputs(p);
  const int32_t size = mf_conv2d_s8_size(p), out_c = p->out_c;
  mf_three filters = {&p->weights, 1, size, size, 0};
  for (int32_t o = 0; o < out_c; o += MF_TILE_PIXELS) {
    int32_t sum[MF_TILE_SUMS];
    o = o + MF_TILE_PIXELS <= out_c ? o : out_c - MF_TILE_PIXELS;
    filters.offset = o * size;
    sum[0] = sum[1] = 0;
    mf_tile_s8(&filters, windows, (ptrdiff_t)size, sum);
    mf_outputs_channels_s8(&outputs, o, sum, out + o, MF_TILE_PIXELS);
    mf_outputs_channels_s8(&outputs, o, sum + MF_TILE_PIXELS, out + out_c + o, MF_TILE_PIXELS);
  }
}

/* Computes the pixel whose window is staged. */
MF_KERNEL void mf_conv2d_s8_one(const int8_t *window, int8_t *out,
                                const MF_ROM mf_conv2d_s8_params *p) {
  const mf_outputs outputs = mf_conv2d_s8_outputs(p);
  const int32_t size = mf_conv2d_s8_size(p);
  const MF_ROM int8_t *w = p->weights;
  for (int32_t o = 0, lanes; o < p->out_c; o += lanes, w += lanes * size) {
    int32_t sum[MF_LANES] = {0};
    lanes = mf_lanes(p->out_c - o);
    mf_dots_s8(window, w, (ptrdiff_t)size, (int)size, (int)lanes, sum);
    mf_outputs_channels_s8(&outputs, o, sum, out + o, lanes);
  }
}

/* Computes one or two pixels, the window of the first of which begins at x0. Their windows fit the stage. */
MF_INNER void mf_conv2d_s8_few(const int8_t *const *rows, int32_t x0, int32_t width, int32_t count,
                               int8_t *out, const MF_ROM mf_conv2d_s8_params *p) {
  int8_t stage[MF_CONV2D_S8_STAGE];
  mf_conv2d_s8_lay(rows, x0, width, stage, p);
  if (count == 1) {
    mf_conv2d_s8_one(stage, out, p);
    return;
  }
  mf_conv2d_s8_lay(rows, x0 + p->stride_w, width, stage + mf_conv2d_s8_size(p), p);
  mf_conv2d_s8_two(stage, out, p);
}

/* ---- Any pixel ---- */

/* Adds the taps of rows k to k + count of the window whose tap 0 lies at x0, to the sums of all filters. */
MF_INNER void mf_conv2d_s8_add_rows(const int8_t *const *rows, int32_t k, int32_t count, int32_t x0,
                                    int32_t *sum, int32_t o, int32_t lanes,
                                    const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t size = mf_conv2d_s8_size(p), n = p->filter_c;
  const int32_t channel = o / (p->out_c / (p->in_c / n)) * n;
  const MF_ROM int8_t *w = p->weights + (ptrdiff_t)o * size + k * p->kernel_w * n;
  for (; count > 0; count--, rows++)
    for (int32_t tap = 0, x = x0; tap < p->kernel_w; tap++, x += p->dilation_w, w += n)
      if (*rows != NULL && x >= 0 && x < p->in_w)
        mf_dots_s8(*rows + x * p->in_c + channel, w, (ptrdiff_t)size, (int)n, (int)lanes, sum);
      else
        for (int32_t i = 0; i < lanes; i++)
          sum[i] += p->in_zero_point * mf_sum_s8(w + i * size, (int)n);
}

/* The filters from o on that are computed together: of one group. */
MF_KERNEL int32_t mf_conv2d_s8_lanes(int32_t o, const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t filters = p->out_c / (p->in_c / p->filter_c);
  return mf_lanes(filters - o % filters);
}

MF_INNER void mf_conv2d_s8_any(const int8_t *const *rows, int32_t x0, int8_t *out,
                               const MF_ROM mf_conv2d_s8_params *p) {
  const mf_outputs outputs = mf_conv2d_s8_outputs(p);
  for (int32_t o = 0, lanes; o < p->out_c; o += lanes) {
    int32_t sum[MF_LANES] = {0};
    lanes = mf_conv2d_s8_lanes(o, p);
    mf_conv2d_s8_add_rows(rows, 0, p->kernel_h, x0, sum, o, lanes, p);
    mf_outputs_channels_s8(&outputs, o, sum, out + o, lanes);
  }
}

/* ---- Rows ---- */

/* Tells whether the taps of a window's row lie one behind the other, as the weights of each filter do. */
MF_KERNEL int mf_conv2d_s8_is_dense(const MF_ROM mf_conv2d_s8_params *p) {
  return p->dilation_w == 1 && p->filter_c == p->in_c;
}

/* The pixels whose windows are staged when three are too many: none, one or two. */
MF_KERNEL int32_t mf_conv2d_s8_most(const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t fit = MF_CONV2D_S8_STAGE / mf_conv2d_s8_size(p);
  if (!mf_conv2d_s8_is_dense(p)) return 0;
  return fit < 2 || p->out_c < MF_TILE_PIXELS ? (fit > 0) : 2;
}

/* Computes a row of out_w pixels from one of in_w pixels, as many as the parameters say unless windows are staged. */
MF_INNER void mf_conv2d_s8_row(const int8_t *const *rows, int32_t in_w, int32_t out_w, int8_t *out,
                               const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t up = p->order > 0, out_c = p->out_c, stride = p->stride_w, pad = p->pad_left;
  const int dense = mf_conv2d_s8_is_dense(p);
  const int32_t most = mf_conv2d_s8_most(p);
  for (int32_t left = out_w, made; left > 0; left -= made) {
    int32_t x = up ? out_w - left : left - MF_TILE_PIXELS;
    made = MF_TILE_PIXELS;
    if (dense && left >= made &&
        mf_conv2d_s8_three(rows, x * stride - pad, in_w, out + x * out_c, p))
      continue;
    made = left < most ? left : (most > 1 ? most : 1);
    x = up ? x : left - made;
    if (most > 0)
      mf_conv2d_s8_few(rows, x * stride - pad, in_w, made, out + x * out_c, p);
    else
      mf_conv2d_s8_any(rows, x * stride - pad, out + x * out_c, p);
  }
}

MF_ENTRY void mf_conv2d_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                const MF_ROM mf_conv2d_s8_params *p) {
  for (int32_t y = mf_first(n, p->order); mf_within(y, n); y += p->order)
    mf_conv2d_s8_row(rows + y * p->kernel_h, p->in_w, p->out_w, out + y * p->out_w * p->out_c, p);
}

/* Where windows are single pixels in their places, and all are staged, the whole picture is one row. */
MF_ENTRY void mf_conv2d_s8(const int8_t *in, int8_t *out, const int8_t **rows,
                           const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t in_row = p->in_w * p->in_c, out_row = p->out_w * p->out_c, in_h = p->in_h;
  const int32_t pixels = p->batches * p->out_h * p->out_w;
  if (p->kernel_h * p->kernel_w * p->stride_h * p->stride_w == 1 &&
      p->batches * in_h * p->in_w == pixels && mf_conv2d_s8_most(p) > 0) {
    rows[0] = in;
    mf_conv2d_s8_row(rows, pixels, pixels, out, p);
    return;
  }
  for (int32_t b = mf_first(p->batches, p->order); mf_within(b, p->batches); b += p->order)
    for (int32_t y = mf_first(p->out_h, p->order); mf_within(y, p->out_h); y += p->order) {
      mf_point_rows_s8(rows, in + b * in_h * in_row, in_row, in_h, p->kernel_h,
                       y * p->stride_h - p->pad_top, p->dilation_h);
      mf_conv2d_s8_rows(rows, out + (b * p->out_h + y) * out_row, 1, p);
    }
}

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
