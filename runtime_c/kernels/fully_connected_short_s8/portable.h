/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_short_s8 in plain C. */
#ifndef MF_FULLY_CONNECTED_SHORT_S8_PORTABLE_H
#define MF_FULLY_CONNECTED_SHORT_S8_PORTABLE_H

/* The weight for input i of filter `at` (0 to 3) of those whose weights begin at w. */
MF_KERNEL int32_t mf_fully_connected_short_s8_weight(const MF_ROM uint32_t *w, int32_t at,
                                                     int32_t i) {
  const uint32_t word = w[i / 4 * 4 + at / 2 * 2 + i % 2];
  const int32_t both = (int16_t)(uint16_t)(i % 4 < 2 ? word : word >> 16);
  const int32_t f = (int8_t)(uint8_t)both;
  return at % 2 == 0 ? f : (both - f) / 256;
}

MF_ENTRY void mf_fully_connected_short_s8(const int8_t *in, int8_t *out,
                                          const MF_ROM mf_fully_connected_short_s8_params *p) {
  const int32_t words = (p->in_c + 3) / 4 * 4;
  for (int32_t o = 0; o < p->out_c; o++) {
    const MF_ROM uint32_t *four = p->stream + o / 4 * (words + 8);
    const int32_t start = (int32_t)four[o % 4], shift = start & 0xff;
    int32_t sum = (start - shift) / 256;
    for (int32_t i = 0; i < p->in_c; i++)
      sum += in[i] * mf_fully_connected_short_s8_weight(four + 4, o % 4, i);
    out[o] = mf_output_s8(sum, (int32_t)four[4 + words + o % 4], -1 - shift, (p->centre - 1) / 2,
                          -128, 127);
  }
}

#endif
