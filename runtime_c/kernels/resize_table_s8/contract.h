/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* resize_table_s8: interpolates between the four pixels around a place, int8. Tables hold the places, in parts of 2^-11,
   and the result is rounded once, ties up. */
#ifndef MF_RESIZE_TABLE_S8_CONTRACT_H
#define MF_RESIZE_TABLE_S8_CONTRACT_H

typedef struct {
  int32_t batches;               /* 1 or more */
  int32_t in_h;                  /* rows of the input */
  int32_t in_w;                  /* columns of the input */
  int32_t out_h;                 /* rows of the output */
  int32_t out_w;                 /* columns of the output */
  int32_t channels;              /* of a pixel */
  const MF_ROM int16_t *rows;    /* [out_h][2]: that above, the part of the way down, 0 to 2048 */
  const MF_ROM int16_t *columns; /* [out_w][2]: that on the left, the part of the way right */
} mf_resize_table_s8_params;

/* Computes the whole output in ascending order. The input lies apart from the output. */
MF_ENTRY void mf_resize_table_s8(const int8_t *in, int8_t *out,
                                 const MF_ROM mf_resize_table_s8_params *p);

#endif
