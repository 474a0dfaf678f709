/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* space_to_batch: surrounds pictures of any type with a byte and deals the pixels of each block of
   rows and columns out to pictures of their own.

   `block` holds the rows and columns of a block, `paddings` the pixels before and behind. Whatever
   they are, a pixel that is none of the input's is padding. */
/* Needs mf_index.h. */
#ifndef MF_SPACE_TO_BATCH_CONTRACT_H
#define MF_SPACE_TO_BATCH_CONTRACT_H

typedef struct {
  int32_t in_n;         /* batches of the input, 1 or more */
  int32_t in_h;         /* rows */
  int32_t in_w;         /* columns, 1 where there is one spatial dimension */
  int32_t out_n;        /* batches of the output, 1 or more */
  int32_t out_h;        /* rows */
  int32_t out_w;        /* columns */
  int32_t pixel_bytes;  /* bytes of a pixel */
  int16_t block_bytes;  /* of a number in `block`: 4 or 8 */
  int16_t margin_bytes; /* of a margin: 4 or 8 */
  int32_t spatial;      /* spatial dimensions: 1 or 2 */
  int32_t value;        /* the byte of the padding, 0 to 255 */
} mf_space_to_batch_params;

/* Computes the whole output in ascending order. The inputs lie apart from the output. */
MF_ENTRY void mf_space_to_batch(const void *in, const void *block, const void *paddings, void *out,
                                const MF_ROM mf_space_to_batch_params *p);

#endif
