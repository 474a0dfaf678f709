/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_pairs_s8 in plain C. */
#ifndef MF_FULLY_CONNECTED_PAIRS_S8_PORTABLE_H
#define MF_FULLY_CONNECTED_PAIRS_S8_PORTABLE_H

/* The weight of filter o for input i. */
MF_KERNEL int32_t mf_fully_connected_pairs_s8_weight(
    int32_t o, int32_t i, const MF_ROM mf_fully_connected_pairs_s8_params *p) {
  const int32_t blocks = (p->in_c + 3) / 4, left = p->out_c - o / 4 * 4;
  const int32_t lanes = left > 3 ? 4 : (left - o % 4 / 2 * 2 > 1 ? 2 : 1), at = o % lanes;
  const MF_ROM uint32_t *block = p->weights + (o - at) * blocks + i / 4 * lanes;
  if (lanes == 1) return (int8_t)(uint8_t)(*block >> (8 * (i % 4)));
  const uint32_t word = block[at / 2 * 2 + i % 2];
  const int32_t both = (int16_t)(uint16_t)(i % 4 < 2 ? word : word >> 16);
  const int32_t f = (int8_t)(uint8_t)both;
  return at % 2 == 0 ? f : (both - f) / 256;
}

/* Adds twice the products of n inputs from input `first` on. */
MF_ENTRY void mf_fully_connected_pairs_s8_add(const int8_t *in, int32_t first, int32_t count,
                                              int32_t *sums,
                                              const MF_ROM mf_fully_connected_pairs_s8_params *p) {
  for (int32_t o = 0; o < p->out_c; o++)
    for (int32_t i = 0; i < count; i++)
      sums[o] += 2 * in[i] * mf_fully_connected_pairs_s8_weight(o, first + i, p);
}

MF_KERNEL int8_t mf_fully_connected_pairs_s8_output(
    int32_t twice, int32_t o, const MF_ROM mf_fully_connected_pairs_s8_params *p) {
  const int32_t s = o * p->scale_step;
  return mf_output_s8(twice / 2, p->multiplier[s], -1 - p->shift[s], p->out_zero_point, -128, 127);
}

MF_ENTRY void mf_fully_connected_pairs_s8(const int8_t *in, int8_t *out,
                                          const MF_ROM mf_fully_connected_pairs_s8_params *p) {
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c) {
    for (int32_t o = 0; o < p->out_c; o++) {
      int32_t twice = p->bias[o];
      for (int32_t i = 0; i < p->in_c; i++)
        twice += 2 * in[i] * mf_fully_connected_pairs_s8_weight(o, i, p);
      *out++ = mf_fully_connected_pairs_s8_output(twice, o, p);
    }
  }
}

MF_ENTRY void mf_fully_connected_pairs_s8_begin(
    int32_t *sums, const MF_ROM mf_fully_connected_pairs_s8_params *p) {
  mf_rom_copy(sums, p->bias, (size_t)p->out_c * sizeof *sums);
}

MF_ENTRY void mf_fully_connected_pairs_s8_end(const int32_t *sums, int8_t *out,
                                              const MF_ROM mf_fully_connected_pairs_s8_params *p) {
  for (int32_t o = 0; o < p->out_c; o++) out[o] = mf_fully_connected_pairs_s8_output(sums[o], o, p);
}

#endif
