/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* transpose_conv_s8 in plain C. */
#ifndef MF_TRANSPOSE_CONV_S8_PORTABLE_H
#define MF_TRANSPOSE_CONV_S8_PORTABLE_H

/* Adds the input pixel at `x` by the weights of `tap`. */
MF_KERNEL void mf_transpose_conv_s8_tap(const int8_t *x, int32_t tap, int32_t o, int32_t lanes,
                                        int32_t *sum, const MF_ROM mf_transpose_conv_s8_params *p) {
  const int32_t taps = (int32_t)p->kernel_h * p->kernel_w;
  mf_dots_s8(x, p->weights + (o * taps + tap) * p->in_c, (ptrdiff_t)(taps * p->in_c), (int)p->in_c,
             (int)lanes, sum);
  if (p->offsets == NULL) return;
  for (int32_t i = 0; i < lanes; i++) sum[i] += p->offsets[(o + i) * taps + tap];
}

/* Adds the input pixels `x` of row `y` to `lanes` channels from o on, by the weights of row `ky`. `at` is the output
   pixel, counted from where the first window begins. */
MF_KERNEL void mf_transpose_conv_s8_row(const int8_t *row, int32_t ky, int32_t at, int32_t o,
                                        int32_t lanes, int32_t *sum,
                                        const MF_ROM mf_transpose_conv_s8_params *p) {
  const mf_taps under = mf_gathered(at, p->kernel_w, p->stride_w, p->in_w);
  for (int32_t x = under.first; x < under.end; x++) {
    const int32_t tap = ky * p->kernel_w + at - x * p->stride_w;
    mf_transpose_conv_s8_tap(row + (ptrdiff_t)x * p->in_c, tap, o, lanes, sum, p);
  }
}

/* Computes the output pixel that is `down` and `right` of where the first window begins. */
MF_KERNEL void mf_transpose_conv_s8_pixel(const int8_t *in, int32_t down, int32_t right,
                                          int8_t *out,
                                          const MF_ROM mf_transpose_conv_s8_params *p) {
  const mf_taps under = mf_gathered(down, p->kernel_h, p->stride_h, p->in_h);
  for (int32_t o = 0, lanes; o < p->out_c; o += lanes) {
    int32_t sum[MF_LANES] = {0};
    lanes = mf_lanes(p->out_c - o);
    for (int32_t y = under.first; y < under.end; y++)
      mf_transpose_conv_s8_row(in + (ptrdiff_t)y * p->in_w * p->in_c, down - y * p->stride_h, right,
                               o, lanes, sum, p);
    for (int32_t i = 0; i < lanes; i++)
      out[o + i] = mf_output_s8(mf_wrapping_add(sum[i], p->bias[o + i]), p->multiplier[o + i],
                                p->shift[o + i], p->out_zero_point, p->out_min, p->out_max);
  }
}

MF_ENTRY void mf_transpose_conv_s8(const int8_t *in, int8_t *out,
                                   const MF_ROM mf_transpose_conv_s8_params *p) {
  for (int32_t b = 0; b < p->batches; b++, in += (ptrdiff_t)p->in_h * p->in_w * p->in_c)
    for (int32_t y = 0; y < p->out_h; y++)
      for (int32_t x = 0; x < p->out_w; x++, out += p->out_c)
        mf_transpose_conv_s8_pixel(in, y + p->pad_top, x + p->pad_left, out, p);
}

#endif
