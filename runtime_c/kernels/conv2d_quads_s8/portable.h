/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_quads_s8 in plain C, which reads the packed stream as it lies. */
#ifndef MF_CONV2D_QUADS_S8_PORTABLE_H
#define MF_CONV2D_QUADS_S8_PORTABLE_H

/* Where the weight of a tap and an input channel lies among those of a filter, zeros counted. */
MF_KERNEL int32_t mf_conv2d_quads_s8_at(int32_t ky, int32_t kx, int32_t c,
                                        const MF_ROM mf_conv2d_quads_s8_params *p) {
  if (p->interleave) return (kx * p->dilation_w * p->in_c + c) * p->kernel_h + ky;
  return (ky * p->kernel_w + kx) * ((p->in_c + 15) / 16 * 16) + c;
}

/* Adds the tap (ky, kx) to four sums; `x` is the pixel under it, null where outside the picture. */
MF_KERNEL void mf_conv2d_quads_s8_tap(const int8_t *x, int32_t ky, int32_t kx,
                                      const MF_ROM int8_t *w, int32_t *sums,
                                      const MF_ROM mf_conv2d_quads_s8_params *p) {
  const int32_t pair = mf_conv2d_quads_s8_steps(p) * 32;
  for (int32_t c = 0; c < p->in_c; c++) {
    const int32_t at = mf_conv2d_quads_s8_at(ky, kx, c, p);
    const int32_t value = x == NULL ? p->in_zero_point : x[c];
    for (int32_t f = 0; f < 4; f++)
      sums[f] += value * w[f / 2 * pair + at / 16 * 32 + f % 2 * 16 + at % 16];
  }
}

/* Computes up to four channels of the pixel whose tap 0 lies at x0, from their part of the stream on. */
MF_KERNEL void mf_conv2d_quads_s8_channels(const int8_t *const *rows, int32_t x0, int32_t lanes,
                                           const MF_ROM int32_t *stream, int8_t *out,
                                           const MF_ROM mf_conv2d_quads_s8_params *p) {
  const int32_t words = mf_conv2d_quads_s8_steps(p) * 16;
  const MF_ROM int32_t *values = stream + words;
  int32_t sums[4] = {0, 0, 0, 0};
  for (int32_t ky = 0; ky < p->kernel_h; ky++)
    for (int32_t kx = 0; kx < p->kernel_w; kx++) {
      const int32_t column = x0 + kx * p->dilation_w;
      const int inside = rows[ky] != NULL && column >= 0 && column < p->in_w;
      mf_conv2d_quads_s8_tap(inside ? rows[ky] + (ptrdiff_t)column * p->in_c : NULL, ky, kx,
                             (const MF_ROM int8_t *)stream, sums, p);
    }
  for (int32_t i = 0; i < lanes; i++) {
    const int32_t low = values[8 + i] & 0xff, shift = low == 0 ? 0 : low - 256;
    out[i] = mf_output_s8(mf_wrapping_add(sums[i], values[i]), values[4 + i], shift,
                          p->out_zero_point, -128, 127);
  }
}

MF_ENTRY void mf_conv2d_quads_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                      void *scratch, const MF_ROM mf_conv2d_quads_s8_params *p) {
  const int32_t words = mf_conv2d_quads_s8_steps(p) * 16 + 12;
  (void)scratch;
  for (; n > 0; n--, rows += p->kernel_h)
    for (int32_t x = 0; x < p->out_w; x++) {
      const MF_ROM int32_t *stream = p->stream;
      for (int32_t left = p->out_c; left > 0; left -= 4, stream += words) {
        const int32_t lanes = mf_lanes(left);
        mf_conv2d_quads_s8_channels(rows, x * p->stride_w - p->pad_left, lanes, stream, out, p);
        out += lanes;
      }
    }
}

MF_WHOLE_PICTURE_SCRATCH(conv2d_quads_s8, p->in_c, p->out_c)

#endif
