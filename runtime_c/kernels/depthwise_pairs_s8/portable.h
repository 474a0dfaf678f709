/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_pairs_s8 in plain C. */
#ifndef MF_DEPTHWISE_PAIRS_S8_PORTABLE_H
#define MF_DEPTHWISE_PAIRS_S8_PORTABLE_H

/* An input less the zero point; 0 outside the picture. */
MF_KERNEL int32_t mf_depthwise_pairs_s8_value(const int8_t *row, int32_t x, int32_t channel,
                                              const MF_ROM mf_depthwise_pairs_s8_params *p) {
  if (row == NULL || x < 0 || x >= p->in_w) return p->in_zero_point;
  return row[x * p->channels + channel];
}

/* The sum of a word's four products. `x` is the column under its first weights. */
MF_KERNEL int32_t mf_depthwise_pairs_s8_four(const int8_t *upper, const int8_t *lower, int32_t x,
                                             int32_t channel, uint32_t word,
                                             const MF_ROM mf_depthwise_pairs_s8_params *p) {
  const int32_t next = x + p->stride_w;
  return mf_depthwise_pairs_s8_value(upper, x, channel, p) * (int8_t)(uint8_t)word +
         mf_depthwise_pairs_s8_value(upper, next, channel, p) * (int8_t)(uint8_t)(word >> 8) +
         mf_depthwise_pairs_s8_value(lower, x, channel, p) * (int8_t)(uint8_t)(word >> 16) +
         mf_depthwise_pairs_s8_value(lower, next, channel, p) * (int8_t)(uint8_t)(word >> 24);
}

/* The sum under the window that begins at x0. */
MF_KERNEL int32_t mf_depthwise_pairs_s8_sum(const int8_t *const *rows, int32_t x0, int32_t channel,
                                            const MF_ROM int32_t *weights,
                                            const MF_ROM mf_depthwise_pairs_s8_params *p) {
  int32_t sum = 0;
  for (int32_t phase = 0; phase < p->stride_w; phase++)
    for (int32_t y = 0; y < p->kernel_h; y += 2)
      for (int32_t k = 0; k < p->pairs; k++) {
        const int8_t *lower = y + 1 < p->kernel_h ? rows[y + 1] : NULL;
        const int32_t x = x0 + phase + 2 * k * p->stride_w;
        sum += mf_depthwise_pairs_s8_four(rows[y], lower, x, channel, (uint32_t)*weights++, p);
      }
  return sum;
}

MF_KERNEL int8_t mf_depthwise_pairs_s8_output(int32_t sum, const MF_ROM int32_t *filter,
                                              const MF_ROM mf_depthwise_pairs_s8_params *p) {
  const int32_t twice = mf_wrapping_add(filter[0], 2 * sum), target = 2 * p->out_zero_point + 1;
  const int32_t added = target * ((int32_t)1 << filter[2]) - (twice < 0 ? 1 : 0);
  return (int8_t)mf_ssat8_half(mf_smmlar(twice, filter[1], added) >> filter[2]);
}

MF_ENTRY void mf_depthwise_pairs_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                         void *scratch,
                                         const MF_ROM mf_depthwise_pairs_s8_params *p) {
  (void)scratch;
  for (; n > 0; n--, rows += p->kernel_h)
    for (int32_t x = 0; x < p->out_w; x++, out += p->channels)
      for (int32_t c = 0; c < p->channels; c++) {
        const MF_ROM int32_t *filter = p->filters + c * p->words;
        const int32_t x0 = x * p->stride_w - p->pad_left;
        const int32_t sum = mf_depthwise_pairs_s8_sum(rows, x0, c, filter + 3, p);
        out[c] = mf_depthwise_pairs_s8_output(sum, filter, p);
      }
}

#endif
