/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* resize_nearest: pictures of any type of which pixels are repeated or left out. */
#ifndef MF_RESIZE_NEAREST_CONTRACT_H
#define MF_RESIZE_NEAREST_CONTRACT_H

typedef struct {
  int32_t batches;               /* 1 or more */
  int32_t in_h;                  /* rows of the input */
  int32_t in_w;                  /* columns of the input */
  int32_t out_h;                 /* rows of the output */
  int32_t out_w;                 /* columns of the output */
  int32_t pixel_bytes;           /* bytes of a pixel */
  const MF_ROM int16_t *rows;    /* [out_h], the row of the input that is seen, 0 to in_h - 1 */
  const MF_ROM int16_t *columns; /* [out_w], the column, 0 to in_w - 1 */
} mf_resize_nearest_params;

/* Computes the whole output in ascending order. The input lies apart from the output. */
MF_ENTRY void mf_resize_nearest(const void *in, void *out,
                                const MF_ROM mf_resize_nearest_params *p);

#endif
