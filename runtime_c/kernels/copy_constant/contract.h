/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* copy_constant: constant rows, of any type, into a tensor whose rows may lie apart. */
#ifndef MF_COPY_CONSTANT_CONTRACT_H
#define MF_COPY_CONSTANT_CONTRACT_H

typedef struct {
  int32_t rows;               /* 0 or more */
  int32_t row_bytes;          /* bytes */
  int32_t out_offset;         /* bytes from the output's start to its first row */
  int32_t out_step;           /* bytes from a row of the output to the next */
  const MF_ROM uint8_t *data; /* [rows][row_bytes] */
} mf_copy_constant_params;

/* Writes the rows and nothing between them. */
MF_ENTRY void mf_copy_constant(void *out, const MF_ROM mf_copy_constant_params *p);

#endif
