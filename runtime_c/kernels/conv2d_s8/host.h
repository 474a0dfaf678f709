/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_s8 for computers with vector registers: the windows of four pixels are laid down as int16, and each
   filter goes over all four. */
/* Needs mf_layer.h and mf_vectors.h. */
#ifndef MF_CONV2D_S8_HOST_H
#define MF_CONV2D_S8_HOST_H

MF_KERNEL int mf_conv2d_s8_filter_size(const MF_ROM mf_conv2d_s8_params *p) {
  return (int)p->filter_c * p->kernel_h * p->kernel_w;
}

MF_KERNEL int mf_conv2d_s8_groups(const MF_ROM mf_conv2d_s8_params *p) {
  return (int)(p->in_c / p->filter_c);
}

/* The room of a laid-down window: the values of each group in whole steps. */
MF_KERNEL int mf_conv2d_s8_room(const MF_ROM mf_conv2d_s8_params *p) {
  return mf_conv2d_s8_groups(p) * MF_STEPS(mf_conv2d_s8_filter_size(p));
}

/* Adds up the rows k to k + count of the window whose tap 0 lies at pixel x0, for output channel o. */
MF_KERNEL int32_t mf_conv2d_s8_sum(const int8_t *const *rows, int k, int count, int x0, int o,
                                   const MF_ROM mf_conv2d_s8_params *p) {
  const int values = (int)p->filter_c,
            channel = o / (int)(p->out_c / mf_conv2d_s8_groups(p)) * values;
  const MF_ROM int8_t *w = p->weights + (ptrdiff_t)o * mf_conv2d_s8_filter_size(p);
  int32_t sum = 0;
  w += (ptrdiff_t)k * p->kernel_w * values;
  for (; count > 0; count--, rows++) {
    int x = x0;
    for (int tap = 0; tap < p->kernel_w; tap++, x += p->dilation_w, w += values) {
      const int inside = *rows != NULL && x >= 0 && x < (int)p->in_w;
      sum += inside ? mf_dot_bytes(*rows + (ptrdiff_t)x * p->in_c + channel, w, values)
                    : p->in_zero_point * mf_sum_bytes(w, values);
    }
  }
  return sum;
}

/* Lays down the window whose tap 0 lies at pixel x0. */
MF_KERNEL void mf_conv2d_s8_lay(const int8_t *const *rows, int x0, int16_t *to,
                                const MF_ROM mf_conv2d_s8_params *p) {
  const mf_line line = {p->kernel_w,  p->dilation_w,    (int)p->in_w,
                        (int)p->in_c, (int)p->filter_c, p->in_zero_point};
  const int all = line.taps * line.values;
  const int size = all * p->kernel_h, rest = MF_STEPS(size) - size;
  for (int channel = 0; channel < (int)p->in_c; channel += line.values) {
    for (int k = 0; k < p->kernel_h; k++, to += all) mf_widen_line(to, rows[k], x0, channel, line);
    memset(to, 0, (size_t)rest * sizeof *to);
    to += rest;
  }
}

MF_KERNEL void mf_conv2d_s8_outputs(mf_strip_outputs *how, const MF_ROM mf_conv2d_s8_params *p) {
  how->bias = p->bias;
  how->multiplier = p->multiplier;
  how->shift = p->shift;
  how->step = 1;
  how->zero_point = p->out_zero_point;
  how->low = p->out_min;
  how->high = p->out_max;
  how->factors = 0;
}

/* Computes up to four neighbouring pixels, all of whose windows are read before the first is written. A strip of
   filters is of one group. */
MF_INNER void mf_conv2d_s8_pixels(const int8_t *const *rows, int x0, int count,
                                  const mf_strip_outputs *how, int8_t *out,
                                  const MF_ROM mf_conv2d_s8_params *p) {
  int16_t windows[MF_PIXELS * MF_WINDOW];
  int32_t sums[MF_PIXELS * MF_STRIP];
  const int size = mf_conv2d_s8_filter_size(p), room = mf_conv2d_s8_room(p), out_c = (int)p->out_c;
  const int filters = out_c / mf_conv2d_s8_groups(p);
  const int8_t *w = p->weights, *end = w + (ptrdiff_t)out_c * size;
  for (int i = 0; i < MF_PIXELS; i++)
    mf_conv2d_s8_lay(rows, x0 + (i < count ? i : 0) * p->stride_w, windows + i * room, p);
  for (int o = 0, n; o < out_c; o += n, w += n * size) {
    n = mf_strip(filters - o % filters);
    mf_dot_filters(windows + o / filters * MF_STEPS(size), room, w, size, n, end, sums);
    for (int i = 0; i < count; i++)
      mf_write_strip(sums + i * MF_STRIP, n, o, how, out + i * out_c + o);
  }
}

/* Computes a pixel whose window is larger than what is laid down. */
MF_INNER void mf_conv2d_s8_large(const int8_t *const *rows, int x0, const mf_strip_outputs *how,
                                 int8_t *out, const MF_ROM mf_conv2d_s8_params *p) {
  for (int o = 0; o < (int)p->out_c; o++) {
    const int32_t sum = mf_conv2d_s8_sum(rows, 0, p->kernel_h, x0, o, p);
    mf_write_strip(&sum, 1, o, how, out + o);
  }
}

/* Computes a row of the output, four pixels at a time. */
MF_KERNEL void mf_conv2d_s8_across(const int8_t *const *rows, const mf_strip_outputs *how,
                                   int8_t *out, const MF_ROM mf_conv2d_s8_params *p) {
  const int large = mf_conv2d_s8_room(p) > MF_WINDOW, out_w = (int)p->out_w;
  const int most = large ? 1 : MF_PIXELS, blocks = (out_w + most - 1) / most;
  for (int b = (int)mf_first(blocks, p->order); mf_within(b, blocks); b += p->order) {
    const int x = b * most, left = out_w - x, x0 = x * p->stride_w - p->pad_left;
    int8_t *at = out + (ptrdiff_t)x * p->out_c;
    if (large)
      mf_conv2d_s8_large(rows, x0, how, at, p);
    else
      mf_conv2d_s8_pixels(rows, x0, left < most ? left : most, how, at, p);
  }
}

MF_ENTRY void mf_conv2d_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                const MF_ROM mf_conv2d_s8_params *p) {
  const ptrdiff_t out_row = (ptrdiff_t)p->out_w * p->out_c;
  mf_strip_outputs how;
  mf_conv2d_s8_outputs(&how, p);
  mf_find_factors(&how, (int)p->out_c);
  for (int32_t y = mf_first(n, p->order); mf_within(y, n); y += p->order)
    mf_conv2d_s8_across(rows + y * p->kernel_h, &how, out + y * out_row, p);
}

/* Adds the taps of row k of every window, over the input's `row`, to all sums. */
MF_KERNEL void mf_conv2d_s8_row(const int8_t *row, int k, int32_t *sums,
                                const MF_ROM mf_conv2d_s8_params *p) {
  for (int x = 0; x < (int)p->out_w; x++)
    for (int o = 0; o < (int)p->out_c; o++)
      *sums++ += mf_conv2d_s8_sum(&row, k, 1, x * p->stride_w - p->pad_left, o, p);
}

/* Taps above and below the picture are known beforehand. */
MF_ENTRY void mf_conv2d_s8_begin(int32_t *sums, const MF_ROM mf_conv2d_s8_params *p) {
  const int top = p->pad_top, bottom = top + (int)p->in_h;
  memset(sums, 0, (size_t)(p->out_w * p->out_c) * sizeof *sums);
  for (int k = 0; k < p->kernel_h; k++)
    if (k < top || k >= bottom) mf_conv2d_s8_row(NULL, k, sums, p);
}

MF_ENTRY void mf_conv2d_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                               const MF_ROM mf_conv2d_s8_params *p) {
  const int32_t in_row = p->in_w * p->in_c;
  int k = p->pad_top + (int)(first / in_row);
  for (; count > 0; count -= in_row, in += in_row) mf_conv2d_s8_row(in, k++, sums, p);
}

MF_ENTRY void mf_conv2d_s8_end(const int32_t *sums, int8_t *out,
                               const MF_ROM mf_conv2d_s8_params *p) {
  mf_strip_outputs how;
  mf_conv2d_s8_outputs(&how, p);
  for (int x = 0; x < (int)p->out_w; x++, sums += p->out_c, out += p->out_c)
    mf_write_outputs(sums, (int)p->out_c, &how, out);
}

MF_WHOLE_PICTURE(conv2d_s8, int8_t, s8, p->in_c, p->out_c, p->dilation_h)

#endif
