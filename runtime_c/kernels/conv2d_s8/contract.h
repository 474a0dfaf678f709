/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_s8: 2-D convolution, int8 activations and weights, one scale an output channel.

   Tensors are NHWC. Weights are [out_c][kernel_h][kernel_w][filter_c]; filter_c < in_c means groups.
   The input's zero point is folded into `bias`; a tap outside the picture counts as the zero point, so
   that the fold is exact at borders. */
/* Needs mf_dots.h and mf_layer.h. */
#ifndef MF_CONV2D_S8_CONTRACT_H
#define MF_CONV2D_S8_CONTRACT_H

typedef struct {
  int32_t batches;                  /* images, 1 or more */
  int32_t in_h;                     /* rows */
  int32_t in_w;                     /* pixels */
  int32_t in_c;                     /* channels */
  int32_t out_h;                    /* rows */
  int32_t out_w;                    /* pixels */
  int32_t out_c;                    /* channels */
  int32_t filter_c;                 /* input channels a filter reads; in_c / filter_c groups */
  int16_t kernel_h;                 /* taps */
  int16_t kernel_w;                 /* taps */
  int16_t stride_h;                 /* rows */
  int16_t stride_w;                 /* pixels */
  int16_t dilation_h;               /* rows between taps */
  int16_t dilation_w;               /* pixels between taps */
  int16_t pad_top;                  /* rows outside the picture, 0 or more */
  int16_t pad_left;                 /* pixels outside the picture, 0 or more */
  int8_t order;                     /* 1: pixels in ascending order; -1: in descending */
  int8_t in_zero_point;             /* -128 to 127 */
  int16_t out_zero_point;           /* -128 to 127 */
  int16_t out_min;                  /* clamp, -128 to 127 */
  int16_t out_max;                  /* clamp, -128 to 127 */
  const MF_ROM int8_t *weights;     /* [out_c][kernel_h][kernel_w][filter_c] */
  const MF_ROM int32_t *bias;       /* [out_c], zero point folded in */
  const MF_ROM int32_t *multiplier; /* [out_c], Q0.31 */
  const MF_ROM int8_t *shift;       /* [out_c], -31 to 30, left where positive */
} mf_conv2d_s8_params;

/* Computes n output rows; they and their pixels are written in p->order. `rows` holds kernel_h pointers for
   each of them, from the topmost output row on whatever the order: the input rows under the taps from top
   to bottom, null where outside the picture.

   A pixel's receptive field is read until its last channel is written: what a pixel is written over may be
   read by no later pixel and, but for what its last channel is written over, not by itself. */
MF_ENTRY void mf_conv2d_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                const MF_ROM mf_conv2d_s8_params *p);

/* Computes the whole output, images, rows and pixels in p->order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_conv2d_s8(const int8_t *in, int8_t *out, const int8_t **rows,
                           const MF_ROM mf_conv2d_s8_params *p);

/* The same where the output has one row, whose window covers all rows of the only image, without gaps:
   begin, then add the input's rows from top to bottom in one piece or several, then end. A piece is whole
   rows: `count` elements from element `first` of the input on, which lie at `in`. `sums` has room for a sum
   for each output. */
MF_ENTRY void mf_conv2d_s8_begin(int32_t *sums, const MF_ROM mf_conv2d_s8_params *p);
MF_ENTRY void mf_conv2d_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                               const MF_ROM mf_conv2d_s8_params *p);
MF_ENTRY void mf_conv2d_s8_end(const int32_t *sums, int8_t *out,
                               const MF_ROM mf_conv2d_s8_params *p);

#endif
