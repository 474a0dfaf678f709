/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* strided_slice: picks elements of any type at regular steps along several dimensions.

   The output is contiguous: slices of rows of bytes. The outer dimensions say where in the input a
   slice starts. */
#ifndef MF_STRIDED_SLICE_CONTRACT_H
#define MF_STRIDED_SLICE_CONTRACT_H

typedef struct {
  int32_t slices;    /* product of `count` */
  int32_t rows;      /* rows of a slice, 0 or more */
  int32_t row_bytes; /* bytes that lie together in the input */
  int32_t in_offset; /* bytes from the input's start to the first row of the first slice */
  int32_t in_step;   /* bytes from a row of the input to the next; negative: backwards, 0: again */
  int32_t dims;      /* outer dimensions, 1 or more */
  const MF_ROM int32_t *count; /* [dims], outermost first */
  const MF_ROM int32_t *step;  /* [dims], bytes in the input; negative: backwards, 0: again */
} mf_strided_slice_params;

/* Computes the whole output in ascending order. The input lies apart from the output. */
MF_ENTRY void mf_strided_slice(const void *in, void *out, const MF_ROM mf_strided_slice_params *p);

#endif
