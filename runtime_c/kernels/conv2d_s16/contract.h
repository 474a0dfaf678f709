/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_s16: 2-D convolution, int16 activations and int8 weights, one scale an output channel.

   Tensors are NHWC. Weights are [out_c][kernel_h][kernel_w][filter_c]; filter_c < in_c means groups.
   A tap outside the picture counts as 0. A vector is a picture of one pixel, its weights taps of that. */
/* Needs mf_wide_dots.h. */
#ifndef MF_CONV2D_S16_CONTRACT_H
#define MF_CONV2D_S16_CONTRACT_H

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
  int8_t wide;                      /* 1: sums have 64 bits; 0: sums have 32 bits, and wrap */
  int16_t out_zero_point;           /* -32768 to 32767 */
  int16_t out_min;                  /* clamp, -32768 to 32767 */
  int16_t out_max;                  /* clamp, -32768 to 32767 */
  const MF_ROM int8_t *weights;     /* [out_c][kernel_h][kernel_w][filter_c] */
  const MF_ROM int32_t *bias;       /* [out_c]; null where wide_bias holds it */
  const MF_ROM int64_t *wide_bias;  /* [out_c]; null where bias holds it */
  const MF_ROM int32_t *multiplier; /* [out_c], Q0.31, or Q0.15 where sums are wide */
  const MF_ROM int8_t *shift;       /* [out_c], -31 to 30 (wide: 14), left where positive */
} mf_conv2d_s16_params;

/* Computes n output rows; they and their pixels are written in p->order. `rows` holds kernel_h pointers for
   each of them, from the topmost output row on whatever the order: the input rows under the taps from top
   to bottom, null where outside the picture.

   A pixel's receptive field is read until its last channel is written: what a pixel is written over may be
   read by no later pixel and, but for what its last channel is written over, not by itself. */
MF_ENTRY void mf_conv2d_s16_rows(const int16_t *const *rows, int16_t *out, int32_t n,
                                 const MF_ROM mf_conv2d_s16_params *p);

/* Computes the whole output, images, rows and pixels in p->order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_conv2d_s16(const int16_t *in, int16_t *out, const int16_t **rows,
                            const MF_ROM mf_conv2d_s16_params *p);
MF_WHOLE_PICTURE(conv2d_s16, int16_t, s16, p->in_c, p->out_c, p->dilation_h)

#endif
