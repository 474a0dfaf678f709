/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* strided_place: puts the elements of a tensor of any type at regular steps into a larger one.

   The input is contiguous: slices of rows of bytes. The outer dimensions say where in the output a
   slice starts. What lies between keeps its value. */
#ifndef MF_STRIDED_PLACE_CONTRACT_H
#define MF_STRIDED_PLACE_CONTRACT_H

typedef struct {
  int32_t slices;     /* product of `count` */
  int32_t rows;       /* rows of a slice, 0 or more */
  int32_t row_bytes;  /* bytes that lie together in the output */
  int32_t out_offset; /* bytes from the output's start to the first row of the first slice */
  int32_t out_step;   /* bytes from a row of the output to the next, row_bytes or more */
  int32_t dims;       /* outer dimensions, 1 or more */
  const MF_ROM int32_t *count; /* [dims], outermost first */
  const MF_ROM int32_t *step;  /* [dims], bytes in the output, 0 or more */
} mf_strided_place_params;

/* The input lies apart from the output. */
MF_ENTRY void mf_strided_place(const void *in, void *out, const MF_ROM mf_strided_place_params *p);

#endif
