/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_quads_s8 in plain C. */
#ifndef MF_FULLY_CONNECTED_QUADS_S8_PORTABLE_H
#define MF_FULLY_CONNECTED_QUADS_S8_PORTABLE_H

/* The weight of filter `lane` of four for input i. */
MF_KERNEL int32_t mf_fully_connected_quads_s8_weight(const MF_ROM int32_t *quad, int32_t lane,
                                                     int32_t i) {
  const uint32_t word = (uint32_t)quad[i / 16 * 16 + lane * 4 + i % 16 / 4];
  return (int8_t)(uint8_t)(word >> 8 * (i % 4));
}

MF_ENTRY void mf_fully_connected_quads_s8_begin(
    int32_t *sums, const MF_ROM mf_fully_connected_quads_s8_params *p) {
  const MF_ROM int32_t *bias = p->stream + mf_fully_connected_quads_s8_scales(p);
  for (int32_t o = 0; o < p->out_c; o += 4, bias += mf_fully_connected_quads_s8_words(p))
    mf_rom_copy(sums + o, bias, 4 * sizeof *sums);
}

MF_ENTRY void mf_fully_connected_quads_s8_add(const int8_t *in, int32_t first, int32_t count,
                                              int32_t *sums,
                                              const MF_ROM mf_fully_connected_quads_s8_params *p) {
  for (int32_t o = 0; o < p->out_c; o++) {
    const MF_ROM int32_t *quad = p->stream + o / 4 * mf_fully_connected_quads_s8_words(p);
    for (int32_t i = 0; i < count; i++) {
      const int32_t w = mf_fully_connected_quads_s8_weight(quad, o % 4, first + i);
      sums[o] = mf_wrapping_add(sums[o], in[i] * w);
    }
  }
}

MF_ENTRY void mf_fully_connected_quads_s8_end(const int32_t *sums, int8_t *out,
                                              const MF_ROM mf_fully_connected_quads_s8_params *p) {
  const MF_ROM int32_t *scales = p->stream + mf_fully_connected_quads_s8_scales(p);
  for (int32_t o = 0; o < p->out_c; o++) {
    const MF_ROM int32_t *own = scales + o / 4 * mf_fully_connected_quads_s8_words(p) + o % 4;
    out[o] = mf_output_s8(sums[o], own[4], own[8], p->out_zero_point, p->out_min, p->out_max);
  }
}

MF_ENTRY void mf_fully_connected_quads_s8(const int8_t *in, int8_t *out,
                                          const MF_ROM mf_fully_connected_quads_s8_params *p) {
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c, out += p->out_c)
    for (int32_t o = 0; o < p->out_c; o++) {
      const MF_ROM int32_t *quad = p->stream + o / 4 * mf_fully_connected_quads_s8_words(p);
      const MF_ROM int32_t *own = quad + mf_fully_connected_quads_s8_scales(p) + o % 4;
      int32_t sum = own[0];
      for (int32_t i = 0; i < p->in_c; i++)
        sum = mf_wrapping_add(sum, in[i] * mf_fully_connected_quads_s8_weight(quad, o % 4, i));
      out[o] = mf_output_s8(sum, own[4], own[8], p->out_zero_point, p->out_min, p->out_max);
    }
}

#endif
