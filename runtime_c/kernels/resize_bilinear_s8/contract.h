/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* resize_bilinear_s8: interpolates between the four int8 pixels around a place, in units of 1/1024
   pixel; zero points need no care. */
#ifndef MF_RESIZE_BILINEAR_S8_CONTRACT_H
#define MF_RESIZE_BILINEAR_S8_CONTRACT_H

typedef struct {
  int32_t batches;    /* 1 or more */
  int32_t in_h;       /* rows of the input */
  int32_t in_w;       /* columns of the input */
  int32_t out_h;      /* rows of the output */
  int32_t out_w;      /* columns of the output */
  int32_t channels;   /* of a pixel */
  int32_t step_h;     /* 1/1024 rows of the input to a row of the output */
  int32_t step_w;     /* 1/1024 columns of the input to a column of the output */
  int32_t half_pixel; /* 1: pixels are seen at their centres. 0: at their corners */
} mf_resize_bilinear_s8_params;

/* Computes the whole output in ascending order. The input lies apart from the output. */
MF_ENTRY void mf_resize_bilinear_s8(const int8_t *in, int8_t *out,
                                    const MF_ROM mf_resize_bilinear_s8_params *p);

#endif
