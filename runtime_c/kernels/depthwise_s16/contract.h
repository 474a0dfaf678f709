/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_s16: every channel of a picture convolved with filters of its own, int16 with int8 weights.

   Tensors are NHWC; output channel o reads input channel o / depth_multiplier. A tap outside the picture
   counts as 0. */
#ifndef MF_DEPTHWISE_S16_CONTRACT_H
#define MF_DEPTHWISE_S16_CONTRACT_H

typedef struct {
  int32_t batches;                  /* images, 1 or more */
  int32_t in_h;                     /* rows */
  int32_t in_w;                     /* pixels */
  int32_t in_c;                     /* channels */
  int32_t out_h;                    /* rows */
  int32_t out_w;                    /* pixels */
  int32_t out_c;                    /* channels, in_c * depth_multiplier */
  int32_t depth_multiplier;         /* output channels of an input channel, 1 or more */
  int16_t kernel_h;                 /* taps */
  int16_t kernel_w;                 /* taps */
  int16_t stride_h;                 /* rows */
  int16_t stride_w;                 /* pixels */
  int16_t dilation_h;               /* rows between taps */
  int16_t dilation_w;               /* pixels between taps */
  int16_t pad_top;                  /* rows outside the picture, 0 or more */
  int16_t pad_left;                 /* pixels outside the picture, 0 or more */
  int8_t order;                     /* 1: pixels in ascending order; -1: in descending */
  int16_t out_min;                  /* clamp, -32768 to 32767 */
  int16_t out_max;                  /* clamp, -32768 to 32767 */
  const MF_ROM int8_t *weights;     /* [kernel_h][kernel_w][out_c] */
  const MF_ROM int32_t *bias;       /* [out_c]; null where wide_bias holds it */
  const MF_ROM int64_t *wide_bias;  /* [out_c]; null where bias holds it */
  const MF_ROM int32_t *multiplier; /* [out_c], Q0.15 */
  const MF_ROM int8_t *shift;       /* [out_c], -31 to 14, left where positive */
} mf_depthwise_s16_params;

/* Computes n output rows; they and their pixels are written in p->order. `rows` holds kernel_h pointers for
   each of them, from the topmost output row on whatever the order: the input rows under the taps from top
   to bottom, null where outside the picture.

   A pixel's receptive field is read until its last channel is written: what a pixel is written over may be
   read by no later pixel and, but for what its last channel is written over, not by itself.

   With a multiplier of 1, four neighbouring channels of a pixel are read before the first of them is
   written, and by no others: what they are written over may be read by no later pixel and by no later
   channels of their own. */
MF_ENTRY void mf_depthwise_s16_rows(const int16_t *const *rows, int16_t *out, int32_t n,
                                    const MF_ROM mf_depthwise_s16_params *p);

/* Computes the whole output, images, rows and pixels in p->order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_depthwise_s16(const int16_t *in, int16_t *out, const int16_t **rows,
                               const MF_ROM mf_depthwise_s16_params *p);
MF_WHOLE_PICTURE(depthwise_s16, int16_t, s16, p->in_c, p->out_c, p->dilation_h)

#endif
