/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mirror_pad: surrounds a tensor of any type with its mirror image.

   `paddings` holds, for each dimension, the elements before and those behind. Where they ask for
   more than the image has, its last element is repeated: nothing outside the tensor is read.
   Innermost dimensions that are not padded belong to an element. */
/* Needs mf_index.h. */
#ifndef MF_MIRROR_PAD_CONTRACT_H
#define MF_MIRROR_PAD_CONTRACT_H

typedef struct {
  int16_t single;              /* 1: the element at an edge is not repeated (REFLECT). 0: it is */
  int16_t index_bytes;         /* of a number in `paddings`: 4 or 8 */
  int32_t dims;                /* 1 to 8 */
  int32_t rows;                /* of the output: product of `total` without the last */
  int32_t unit;                /* bytes of an element */
  const MF_ROM int32_t *size;  /* [dims], the input's, outermost first, each 1 or more */
  const MF_ROM int32_t *total; /* [dims], the output's, each 1 or more */
} mf_mirror_pad_params;

/* Computes the whole output in ascending order. The inputs lie apart from the output. */
MF_ENTRY void mf_mirror_pad(const void *in, const void *paddings, void *out,
                            const MF_ROM mf_mirror_pad_params *p);

#endif
