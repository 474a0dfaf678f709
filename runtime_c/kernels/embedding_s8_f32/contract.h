/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* embedding_s8_f32: rows of an int8 table as real numbers: out = scale * in.

   An index that is none of the table's rows takes the nearest: nothing outside the table is read. */
/* Needs mf_index.h. */
#ifndef MF_EMBEDDING_S8_F32_CONTRACT_H
#define MF_EMBEDDING_S8_F32_CONTRACT_H

typedef struct {
  int32_t count;       /* indices */
  int32_t rows;        /* of the table, 1 or more */
  int32_t channels;    /* elements of a row */
  int32_t index_bytes; /* of an index: 4 or 8 */
  float scale;         /* above 0; the zero point is 0 */
} mf_embedding_s8_f32_params;

/* Computes the whole output in ascending order. The inputs lie apart from the output. */
MF_ENTRY void mf_embedding_s8_f32(const void *indices, const int8_t *in, float *out,
                                  const MF_ROM mf_embedding_s8_f32_params *p);

#endif
