/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* embedding_s8_f32 in plain C. */
#ifndef MF_EMBEDDING_S8_F32_PORTABLE_H
#define MF_EMBEDDING_S8_F32_PORTABLE_H

MF_ENTRY void mf_embedding_s8_f32(const void *indices, const int8_t *in, float *out,
                                  const MF_ROM mf_embedding_s8_f32_params *p) {
  const float scale = p->scale;
  for (int32_t k = 0; k < p->count; k++) {
    const int32_t index = mf_index(indices, k, p->index_bytes, p->rows);
    const int8_t *row = in + (ptrdiff_t)index * p->channels;
    for (int32_t c = 0; c < p->channels; c++) *out++ = (float)row[c] * scale;
  }
}

#endif
