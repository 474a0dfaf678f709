/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_f32: each channel convolved on its own, in single precision.

   Tensors are NHWC. Output channel o reads input channel o / depth_multiplier. Every step is rounded: a
   sum goes over the taps inside the picture from top left to bottom right, and the bias is added to it. */
#ifndef MF_DEPTHWISE_F32_CONTRACT_H
#define MF_DEPTHWISE_F32_CONTRACT_H

typedef struct {
  int32_t batches;             /* images, 1 or more */
  int32_t in_h;                /* rows */
  int32_t in_w;                /* pixels */
  int32_t in_c;                /* channels */
  int32_t out_h;               /* rows */
  int32_t out_w;               /* pixels */
  int32_t out_c;               /* channels, in_c * depth_multiplier */
  int32_t depth_multiplier;    /* output channels of an input channel, 1 or more */
  int16_t kernel_h;            /* taps */
  int16_t kernel_w;            /* taps */
  int16_t stride_h;            /* rows */
  int16_t stride_w;            /* pixels */
  int16_t dilation_h;          /* rows between taps */
  int16_t dilation_w;          /* pixels between taps */
  int16_t pad_top;             /* rows outside the picture, 0 or more */
  int16_t pad_left;            /* pixels outside the picture, 0 or more */
  float out_min;               /* clamp */
  float out_max;               /* clamp */
  const MF_ROM float *weights; /* [kernel_h][kernel_w][out_c] */
  const MF_ROM float *bias;    /* [out_c] */
} mf_depthwise_f32_params;

/* Computes n output rows. `rows` holds kernel_h pointers for each of them: the input rows under the taps
   from top to bottom, null where outside the picture. Within a row, pixels are written in ascending order;
   a pixel's receptive field is read until its last channel is written. */
MF_KERNEL void mf_depthwise_f32_rows(const float *const *rows, float *out, int32_t n,
                                     const MF_ROM mf_depthwise_f32_params *p);

/* Computes the whole output, row by row in ascending order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_depthwise_f32(const float *in, float *out, const float **rows,
                               const MF_ROM mf_depthwise_f32_params *p) {
  const int32_t in_row = p->in_w * p->in_c;
  for (int32_t b = 0; b < p->batches; b++, in += (ptrdiff_t)p->in_h * in_row) {
    for (int32_t y = 0; y < p->out_h; y++, out += (ptrdiff_t)p->out_w * p->out_c) {
      mf_point_rows_f32(rows, in, in_row, p->in_h, p->kernel_h, y * p->stride_h - p->pad_top,
                        p->dilation_h);
      mf_depthwise_f32_rows(rows, out, 1, p);
    }
  }
}

#endif
