/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise3x3_s8 in plain C. */
#ifndef MF_DEPTHWISE3X3_S8_PORTABLE_H
#define MF_DEPTHWISE3X3_S8_PORTABLE_H

/* Twice the sum over a row of a window whose first column is x0, for one channel. */
MF_KERNEL int32_t mf_depthwise3x3_s8_sum(const int8_t *row, int32_t x0, int32_t channel,
                                         int32_t line, const MF_ROM int32_t *filter,
                                         const MF_ROM mf_depthwise3x3_s8_params *p) {
  int32_t sum = 0;
  for (int32_t k = 0; k < 3; k++) {
    const int32_t x = x0 + k, inside = row != NULL && x >= 0 && x < p->in_w;
    const int32_t value = inside ? row[x * p->channels + channel] : p->in_zero_point;
    sum += 2 * value * mf_square_weight(filter, line, k);
  }
  return sum;
}

/* Computes the channels of the pixel whose window begins at x0. */
MF_KERNEL void mf_depthwise3x3_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                        const MF_ROM mf_depthwise3x3_s8_params *p) {
  const int32_t target = 2 * p->out_zero_point + 1, first = p->kernel_h == 3 ? 0 : 1;
  for (int32_t c = 0; c < p->channels; c++) {
    const MF_ROM int32_t *filter = p->filters + c * MF_SQUARE_FILTER;
    int32_t sum = 0;
    for (int32_t k = 0; k < p->kernel_h; k++)
      sum += mf_depthwise3x3_s8_sum(rows[k], x0, c, first + k, filter, p);
    out[c] = mf_square_output(sum, filter, target);
  }
}

MF_ENTRY void mf_depthwise3x3_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                      void *scratch, const MF_ROM mf_depthwise3x3_s8_params *p) {
  (void)scratch;
  for (; n > 0; n--, rows += p->kernel_h)
    for (int32_t x = 0; x < p->out_w; x++, out += p->channels)
      mf_depthwise3x3_s8_pixel(rows, x * p->stride_w - p->pad_left, out, p);
}

#endif
