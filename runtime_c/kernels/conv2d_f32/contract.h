/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_f32: 2-D convolution in single precision.

   Tensors are NHWC. Weights are [out_c][kernel_h][kernel_w][filter_c]; filter_c < in_c means groups.
   Every step is rounded: a sum goes over the taps inside the picture from top left to bottom right, over
   the channels of each, and the bias is added to it. */
#ifndef MF_CONV2D_F32_CONTRACT_H
#define MF_CONV2D_F32_CONTRACT_H

typedef struct {
  int32_t batches;             /* images, 1 or more */
  int32_t in_h;                /* rows */
  int32_t in_w;                /* pixels */
  int32_t in_c;                /* channels */
  int32_t out_h;               /* rows */
  int32_t out_w;               /* pixels */
  int32_t out_c;               /* channels */
  int32_t filter_c;            /* input channels a filter reads; in_c / filter_c groups */
  int16_t kernel_h;            /* taps */
  int16_t kernel_w;            /* taps */
  int16_t stride_h;            /* rows */
  int16_t stride_w;            /* pixels */
  int16_t dilation_h;          /* rows between taps */
  int16_t dilation_w;          /* pixels between taps */
  int16_t pad_top;             /* rows outside the picture, 0 or more */
  int16_t pad_left;            /* pixels outside the picture, 0 or more */
  int8_t order;                /* 1: pixels in ascending order; -1: in descending */
  float out_min;               /* clamp */
  float out_max;               /* clamp */
  const MF_ROM float *weights; /* [out_c][kernel_h][kernel_w][filter_c] */
  const MF_ROM float *bias;    /* [out_c] */
} mf_conv2d_f32_params;

/* Computes n output rows; they and their pixels are written in p->order. `rows` holds kernel_h pointers for
   each of them, from the topmost output row on whatever the order: the input rows under the taps from top
   to bottom, null where outside the picture.

   A pixel's receptive field is read until its last channel is written: what a pixel is written over may be
   read by no later pixel and, but for what its last channel is written over, not by itself. */
MF_ENTRY void mf_conv2d_f32_rows(const float *const *rows, float *out, int32_t n,
                                 const MF_ROM mf_conv2d_f32_params *p);

/* Computes the whole output, images, rows and pixels in p->order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_conv2d_f32(const float *in, float *out, const float **rows,
                            const MF_ROM mf_conv2d_f32_params *p);
MF_WHOLE_PICTURE(conv2d_f32, float, f32, p->in_c, p->out_c, p->dilation_h)

/* The same where the output has one row, whose window covers all rows of the only image, without gaps:
   begin, then add the input's rows from top to bottom in one piece or several, then end. A piece is whole
   rows: `count` elements from element `first` of the input on, which lie at `in`. `sums` has room for a sum
   for each output. */
MF_ENTRY void mf_conv2d_f32_begin(float *sums, const MF_ROM mf_conv2d_f32_params *p);
MF_ENTRY void mf_conv2d_f32_add(const float *in, int32_t first, int32_t count, float *sums,
                                const MF_ROM mf_conv2d_f32_params *p);
MF_ENTRY void mf_conv2d_f32_end(const float *sums, float *out,
                                const MF_ROM mf_conv2d_f32_params *p);

#endif
