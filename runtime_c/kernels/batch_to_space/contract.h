/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* batch_to_space: puts the pixels of a block, which lie in pictures of their own, together again and
   crops the result.

   `block` holds the rows and columns of a block, `crops` the pixels that go before and behind.
   Whatever they are, a pixel that is none of the input's becomes zeros. */
/* Needs mf_index.h. */
#ifndef MF_BATCH_TO_SPACE_CONTRACT_H
#define MF_BATCH_TO_SPACE_CONTRACT_H

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
} mf_batch_to_space_params;

/* Computes the whole output in ascending order. The inputs lie apart from the output. */
MF_ENTRY void mf_batch_to_space(const void *in, const void *block, const void *crops, void *out,
                                const MF_ROM mf_batch_to_space_params *p);

#endif
