/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* pad: surrounds a tensor of any type and rank with a constant byte.

   The innermost padded dimension and all within it form a row of bytes; the dimensions outside say
   which rows of the output are padding throughout. */
#ifndef MF_PAD_CONTRACT_H
#define MF_PAD_CONTRACT_H

typedef struct {
  int32_t rows;                /* of the output: product of `total` */
  int32_t before;              /* bytes of padding in front of a row's data */
  int32_t row_bytes;           /* bytes of a row's data */
  int32_t after;               /* bytes of padding behind a row's data */
  int16_t value;               /* the byte, 0 to 255 */
  int16_t dims;                /* dimensions outside a row, 0 or more */
  const MF_ROM int32_t *total; /* [dims], size in the output, outermost first */
  const MF_ROM int32_t *start; /* [dims], padding in front */
  const MF_ROM int32_t *count; /* [dims], size in the input */
} mf_pad_params;

/* Computes the whole output in ascending order. A row of the input is read before any byte behind
   the padding in front of it is written, and in one piece: input and output may overlap. */
MF_ENTRY void mf_pad(const void *in, void *out, const MF_ROM mf_pad_params *p);

#endif
