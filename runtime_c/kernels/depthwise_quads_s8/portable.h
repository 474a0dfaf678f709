/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_quads_s8 in plain C, which needs no scratch memory. */
#ifndef MF_DEPTHWISE_QUADS_S8_PORTABLE_H
#define MF_DEPTHWISE_QUADS_S8_PORTABLE_H

/* Channel c of the output pixel whose leftmost tap lies at x0. */
MF_KERNEL int8_t mf_depthwise_quads_s8_output(const int8_t *const *rows, int32_t x0, int32_t c,
                                              const MF_ROM mf_depthwise_quads_s8_params *p) {
  const int32_t lane = c % 4, place = lane == 1 || lane == 2 ? c - lane + 3 - lane : c;
  const int32_t words = mf_depthwise_quads_s8_words(p);
  const MF_ROM int32_t *taps = p->stream + place * words + words - 7, *scale = taps + 4;
  int32_t sum = scale[0];
  for (int32_t row = 0; row < p->kernel_h; row++)
    for (int32_t k = 0; k < p->kernel_w; k++) {
      const int inside = rows[row] != NULL && x0 + k >= 0 && x0 + k < p->in_w;
      const int32_t x = inside ? rows[row][(x0 + k) * p->out_c + c] : p->in_zero_point;
      sum = mf_wrapping_add(sum, x * (int8_t)(uint8_t)((uint32_t)taps[k] >> 8 * row));
    }
  return mf_output_s8(sum, scale[1], scale[2], p->out_zero_point, p->out_min, p->out_max);
}

MF_ENTRY void mf_depthwise_quads_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                         void *scratch,
                                         const MF_ROM mf_depthwise_quads_s8_params *p) {
  (void)scratch;
  for (; n > 0; n--, rows += p->kernel_h)
    for (int32_t x = 0; x < p->out_w; x++)
      for (int32_t c = 0; c < p->out_c; c++)
        *out++ = mf_depthwise_quads_s8_output(rows, x * p->stride_w - p->pad_left, c, p);
}

#endif
