/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* transpose_conv_s8: transposed 2-D convolution, int8, one scale an output channel.

   Tensors are NHWC. Each input pixel, times the weights, is added to the window of output pixels that it stands
   for. An output pixel gathers the input pixels whose windows it is in, rows and pixels in ascending order. */
/* Needs mf_dots.h. */
#ifndef MF_TRANSPOSE_CONV_S8_CONTRACT_H
#define MF_TRANSPOSE_CONV_S8_CONTRACT_H

typedef struct {
  int32_t batches;                  /* images, 1 or more */
  int32_t in_h;                     /* rows */
  int32_t in_w;                     /* pixels */
  int32_t in_c;                     /* channels */
  int32_t out_h;                    /* rows */
  int32_t out_w;                    /* pixels */
  int32_t out_c;                    /* channels */
  int16_t kernel_h;                 /* taps */
  int16_t kernel_w;                 /* taps */
  int16_t stride_h;                 /* output rows from an input row to the next */
  int16_t stride_w;                 /* output pixels from an input pixel to the next */
  int16_t pad_top;                  /* rows of the first window outside the output, 0 or more */
  int16_t pad_left;                 /* pixels of the same */
  int16_t out_zero_point;           /* -128 to 127 */
  int16_t out_min;                  /* clamp, -128 to 127 */
  int16_t out_max;                  /* clamp, -128 to 127 */
  const MF_ROM int8_t *weights;     /* [out_c][kernel_h][kernel_w][in_c] */
  const MF_ROM int32_t *offsets;    /* [out_c][kernel_h][kernel_w], added with a tap; null: 0 */
  const MF_ROM int32_t *bias;       /* [out_c] */
  const MF_ROM int32_t *multiplier; /* [out_c], Q0.31 */
  const MF_ROM int8_t *shift;       /* [out_c], -31 to 30, left where positive */
} mf_transpose_conv_s8_params;

/* Computes the whole output in ascending order. The input is read until the last output is written. */
MF_ENTRY void mf_transpose_conv_s8(const int8_t *in, int8_t *out,
                                   const MF_ROM mf_transpose_conv_s8_params *p);

#endif
