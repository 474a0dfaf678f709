/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_f32 in plain C. */
#ifndef MF_CONV2D_F32_PORTABLE_H
#define MF_CONV2D_F32_PORTABLE_H

/* The weights of one filter: how far those of neighbouring lanes lie apart. */
MF_KERNEL int32_t mf_conv2d_f32_filter_size(const MF_ROM mf_conv2d_f32_params *p) {
  return p->filter_c * p->kernel_h * p->kernel_w;
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

/* Computes the channels o to o + lanes of the pixel whose tap 0 lies at x0. They read the input's
   channels from `channel` on. */
MF_KERNEL void mf_conv2d_f32_channels(const float *const *rows, int32_t x0, int32_t channel,
                                      int32_t o, int32_t lanes, float *out,
                                      const MF_ROM mf_conv2d_f32_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  const int32_t taps = inside.end - inside.first;
  const int32_t offset = (x0 + inside.first * p->dilation_w) * p->in_c + channel;
  const MF_ROM float *w = p->weights + (ptrdiff_t)o * mf_conv2d_f32_filter_size(p);
  float sum[MF_LANES] = {0};
  w += inside.first * p->filter_c;
  for (int32_t k = 0; k < p->kernel_h; k++, w += p->kernel_w * p->filter_c)
    if (rows[k] != NULL && taps > 0) mf_conv2d_f32_inside(rows[k] + offset, w, taps, lanes, sum, p);
  for (int32_t i = 0; i < lanes; i++, o++)
    out[o] = mf_clamp_f32(sum[i] + p->bias[o], p->out_min, p->out_max);
}

MF_KERNEL void mf_conv2d_f32_rows(const float *const *rows, float *out, int32_t n,
                                  const MF_ROM mf_conv2d_f32_params *p) {
  const int32_t filters = p->out_c / (p->in_c / p->filter_c); /* a group */
  for (; n > 0; n--, rows += p->kernel_h) {
    for (int32_t x = 0; x < p->out_w; x++, out += p->out_c) {
      const int32_t x0 = x * p->stride_w - p->pad_left;
      int32_t o = 0;
      for (int32_t channel = 0; channel < p->in_c; channel += p->filter_c) {
        const int32_t end = o + filters;
        for (int32_t lanes; o < end; o += lanes) {
          lanes = mf_lanes(end - o);
          mf_conv2d_f32_channels(rows, x0, channel, o, lanes, out, p);
        }
      }
    }
  }
}

#endif
