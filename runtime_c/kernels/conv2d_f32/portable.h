/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_f32 in plain C. */
#ifndef MF_CONV2D_F32_PORTABLE_H
#define MF_CONV2D_F32_PORTABLE_H

/* The weights of one filter: how far those of neighbouring lanes lie apart. */
MF_KERNEL int32_t mf_conv2d_f32_filter_size(const MF_ROM mf_conv2d_f32_params *p) {
  return p->filter_c * p->kernel_h * p->kernel_w;
}

/* The filters of a group. */
MF_KERNEL int32_t mf_conv2d_f32_filters(const MF_ROM mf_conv2d_f32_params *p) {
  return p->out_c / (p->in_c / p->filter_c);
}

/* Adds taps inside the picture, `x` under the first of them. Without gaps between taps or groups
   they are one run. */
MF_KERNEL void mf_conv2d_f32_inside(const float *x, const MF_ROM float *w, int32_t taps,
                                    int32_t lanes, float *sum,
                                    const MF_ROM mf_conv2d_f32_params *p) {
  const int32_t filter_size = mf_conv2d_f32_filter_size(p);
  if (p->dilation_w == 1 && p->filter_c == p->in_c) {
    mf_dots_f32(x, w, filter_size, taps * p->filter_c, lanes, sum);
    return;
  }
  for (int32_t k = 0; k < taps; k++, w += p->filter_c)
    mf_dots_f32(x + k * p->dilation_w * p->in_c, w, filter_size, p->filter_c, lanes, sum);
}

/* Adds the taps of rows k to k + count of the window whose tap 0 lies at pixel x0, to the sums of the
   channels o to o + lanes. They read the input's channels from `channel` on. */
MF_KERNEL void mf_conv2d_f32_taps(const float *const *rows, int32_t k, int32_t count, int32_t x0,
                                  int32_t channel, int32_t o, int32_t lanes, float *sum,
                                  const MF_ROM mf_conv2d_f32_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  const int32_t taps = inside.end - inside.first;
  const int32_t offset = (x0 + inside.first * p->dilation_w) * p->in_c + channel;
  const int32_t row = p->kernel_w * p->filter_c;
  const MF_ROM float *w = p->weights + (ptrdiff_t)o * mf_conv2d_f32_filter_size(p) + k * row;
  w += inside.first * p->filter_c;
  for (; count > 0; count--, rows++, w += row)
    if (*rows != NULL && taps > 0) mf_conv2d_f32_inside(*rows + offset, w, taps, lanes, sum, p);
}

/* Writes the channels o to o + lanes of a pixel. */
MF_KERNEL void mf_conv2d_f32_write(const float *sum, int32_t o, int32_t lanes, float *out,
                                   const MF_ROM mf_conv2d_f32_params *p) {
  for (int32_t i = 0; i < lanes; i++, o++)
    out[o] = mf_clamp_f32(sum[i] + p->bias[o], p->out_min, p->out_max);
}

/* Computes the pixel whose tap 0 lies at x0. */
MF_KERNEL void mf_conv2d_f32_pixel(const float *const *rows, int32_t x0, int32_t filters,
                                   float *out, const MF_ROM mf_conv2d_f32_params *p) {
  for (int32_t channel = 0, o = 0; channel < p->in_c; channel += p->filter_c) {
    const int32_t end = o + filters;
    for (int32_t lanes; o < end; o += lanes) {
      float sum[MF_LANES] = {0};
      lanes = mf_lanes(end - o);
      mf_conv2d_f32_taps(rows, 0, p->kernel_h, x0, channel, o, lanes, sum, p);
      mf_conv2d_f32_write(sum, o, lanes, out, p);
    }
  }
}

MF_ENTRY void mf_conv2d_f32_rows(const float *const *rows, float *out, int32_t n,
                                 const MF_ROM mf_conv2d_f32_params *p) {
  const int32_t order = p->order;
  const int32_t filters = mf_conv2d_f32_filters(p);
  int32_t under = mf_first(n, order) * p->kernel_h, at = mf_first(n * p->out_w, order) * p->out_c;
  for (; n > 0; n--, under += order * p->kernel_h) {
    int32_t x0 = mf_first(p->out_w, order) * p->stride_w - p->pad_left;
    for (int32_t left = p->out_w; left > 0; left--) {
      mf_conv2d_f32_pixel(rows + under, x0, filters, out + at, p);
      x0 += order * p->stride_w;
      at += order * p->out_c;
    }
  }
}

/* Adds the taps of row k of every window, over the input's `row`, to all sums. */
MF_KERNEL void mf_conv2d_f32_line(const float *row, int32_t k, float *sums,
                                  const MF_ROM mf_conv2d_f32_params *p) {
  const int32_t filters = mf_conv2d_f32_filters(p);
  for (int32_t x = 0; x < p->out_w; x++, sums += p->out_c) {
    const int32_t x0 = x * p->stride_w - p->pad_left;
    for (int32_t channel = 0, o = 0; channel < p->in_c; channel += p->filter_c) {
      const int32_t end = o + filters;
      for (int32_t lanes; o < end; o += lanes) {
        lanes = mf_lanes(end - o);
        mf_conv2d_f32_taps(&row, k, 1, x0, channel, o, lanes, sums + o, p);
      }
    }
  }
}

MF_ENTRY void mf_conv2d_f32_begin(float *sums, const MF_ROM mf_conv2d_f32_params *p) {
  memset(sums, 0, (size_t)(p->out_w * p->out_c) * sizeof *sums);
}

MF_ENTRY void mf_conv2d_f32_add(const float *in, int32_t first, int32_t count, float *sums,
                                const MF_ROM mf_conv2d_f32_params *p) {
  const int32_t in_row = p->in_w * p->in_c;
  int32_t k = p->pad_top;
  for (; first > 0; first -= in_row) k++;
  for (; count > 0; count -= in_row, in += in_row) mf_conv2d_f32_line(in, k++, sums, p);
}

MF_ENTRY void mf_conv2d_f32_end(const float *sums, float *out,
                                const MF_ROM mf_conv2d_f32_params *p) {
  for (int32_t x = 0; x < p->out_w; x++, sums += p->out_c, out += p->out_c)
    mf_conv2d_f32_write(sums, 0, p->out_c, out, p);
}

#endif
