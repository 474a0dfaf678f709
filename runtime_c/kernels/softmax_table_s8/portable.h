/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* softmax_table_s8 in plain C. */
#ifndef MF_SOFTMAX_TABLE_S8_PORTABLE_H
#define MF_SOFTMAX_TABLE_S8_PORTABLE_H

/* Shares are rounded to nearest, ties up; the sum is 1 or more, so none is above 256. */
MF_KERNEL void mf_softmax_table_s8_row(const int8_t *x, int8_t *out, int32_t depth,
                                       const MF_ROM float *exponents) {
  int highest = INT8_MIN;
  float sum = 0.0f;
  for (int32_t i = 0; i < depth; i++) highest = x[i] > highest ? x[i] : highest;
  for (int32_t i = 0; i < depth; i++) sum += exponents[highest - x[i]];
  const float factor = 1.0f / (sum * (1.0f / 256.0f));
  for (int32_t i = 0; i < depth; i++) {
    const float share = exponents[highest - x[i]] * factor;
    const int32_t value = (int32_t)(share + 0.5f) - 128;
    out[i] = (int8_t)(value > INT8_MAX ? INT8_MAX : value);
  }
}

MF_ENTRY void mf_softmax_table_s8(const int8_t *in, int8_t *out,
                                  const MF_ROM mf_softmax_table_s8_params *p) {
  for (int32_t r = 0; r < p->rows; r++, in += p->depth, out += p->depth)
    mf_softmax_table_s8_row(in, out, p->depth, p->exponents);
}

#endif
