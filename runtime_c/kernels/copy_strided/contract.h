/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* copy_strided: equal rows, of any type, that lie apart in the input, in the output or in both. */
#ifndef MF_COPY_STRIDED_CONTRACT_H
#define MF_COPY_STRIDED_CONTRACT_H

typedef struct {
  int32_t rows;       /* 0 or more */
  int32_t row_bytes;  /* bytes */
  int32_t in_offset;  /* bytes from the input's start to its first row */
  int32_t in_step;    /* bytes from a row of the input to the next; negative: backwards, 0: again */
  int32_t out_offset; /* bytes from the output's start to its first row */
  int32_t out_step;   /* bytes from a row of the output to the next, row_bytes or more */
} mf_copy_strided_params;

/* Writes the rows and nothing between them. The input lies apart from the output. */
MF_ENTRY void mf_copy_strided(const void *in, void *out, const MF_ROM mf_copy_strided_params *p);

#endif
