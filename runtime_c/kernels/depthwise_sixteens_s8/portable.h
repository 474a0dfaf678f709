/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_sixteens_s8 in plain C. */
#ifndef MF_DEPTHWISE_SIXTEENS_S8_PORTABLE_H
#define MF_DEPTHWISE_SIXTEENS_S8_PORTABLE_H

/* Channel c of the pixel whose tap 0 lies at x0. */
MF_KERNEL int8_t mf_depthwise_sixteens_s8_output(const int8_t *const *rows, int32_t x0, int32_t c,
                                                 const MF_ROM mf_depthwise_sixteens_s8_params *p) {
  const int32_t strip = c / 16, lane = c % 16, taps = p->kernel_h * p->kernel_w;
  const MF_ROM int8_t *w = p->weights + strip * taps * 16 + lane;
  const MF_ROM int32_t *scale = p->scales + strip * 48 + lane % 4 * 4 + lane / 4;
  int32_t sum = scale[0];
  for (int32_t i = 0; i < taps; i++, w += 16) {
    const int8_t *row = rows[i / p->kernel_w];
    const int32_t column = x0 + i % p->kernel_w * p->dilation_w;
    const int inside = row != NULL && column >= 0 && column < p->in_w;
    sum = mf_wrapping_add(sum, (inside ? row[column * p->out_c + c] : p->in_zero_point) * *w);
  }
  return mf_output_s8(sum, scale[16], scale[32], p->out_zero_point, p->out_min, p->out_max);
}

MF_KERNEL void mf_depthwise_sixteens_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                              const MF_ROM mf_depthwise_sixteens_s8_params *p) {
  for (int32_t c = 0; c < p->out_c; c++) out[c] = mf_depthwise_sixteens_s8_output(rows, x0, c, p);
}

MF_PICTURE_ROWS(depthwise_sixteens_s8, int8_t, p->out_c)

#endif
