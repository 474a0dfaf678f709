/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* resize_bilinear_u8: interpolates between the four pixels around a place, uint8. The weights are
   float32, and sums are rounded half up. */
/* Needs mf_bilinear.h. */
#ifndef MF_RESIZE_BILINEAR_U8_CONTRACT_H
#define MF_RESIZE_BILINEAR_U8_CONTRACT_H

typedef struct {
  int32_t batches;    /* 1 or more */
  int32_t in_h;       /* rows of the input */
  int32_t in_w;       /* columns of the input */
  int32_t out_h;      /* rows of the output */
  int32_t out_w;      /* columns of the output */
  int32_t channels;   /* of a pixel */
  float step_h;       /* rows of the input to a row of the output */
  float step_w;       /* columns of the input to a column of the output */
  int32_t half_pixel; /* 1: pixels are seen at their centres. 0: at their corners */
} mf_resize_bilinear_u8_params;

/* Computes the whole output in ascending order. The input lies apart from the output. */
MF_ENTRY void mf_resize_bilinear_u8(const uint8_t *in, uint8_t *out,
                                    const MF_ROM mf_resize_bilinear_u8_params *p);

#endif
