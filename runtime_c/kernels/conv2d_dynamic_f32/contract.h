/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_dynamic_f32: convolution with weights and bias that are computed at run time, float.

   Tensors are NHWC. Every `group_filters` output channels read the same `filter_c` input channels; where
   their weights lie is told by steps, so this is also a depthwise convolution and, with batches for pixels
   and one tap, a matrix times vectors. A tap outside the picture adds nothing. */
#ifndef MF_CONV2D_DYNAMIC_F32_CONTRACT_H
#define MF_CONV2D_DYNAMIC_F32_CONTRACT_H

typedef struct {
  int32_t batches;       /* images, 1 or more */
  int32_t in_h;          /* rows */
  int32_t in_w;          /* pixels */
  int32_t in_c;          /* channels */
  int32_t out_h;         /* rows */
  int32_t out_w;         /* pixels */
  int32_t out_c;         /* channels */
  int32_t filter_c;      /* input channels a filter reads */
  int32_t group_filters; /* output channels that read the same input channels */
  int32_t filter_step;   /* weights from a filter to the next */
  int32_t tap_step;      /* weights from a tap to the next */
  int16_t kernel_h;      /* taps */
  int16_t kernel_w;      /* taps */
  int16_t stride_h;      /* rows */
  int16_t stride_w;      /* pixels */
  int16_t dilation_h;    /* rows between taps */
  int16_t dilation_w;    /* pixels between taps */
  int16_t pad_top;       /* rows outside the picture, 0 or more */
  int16_t pad_left;      /* pixels outside the picture, 0 or more */
  int8_t has_bias;       /* 1: it has; 0: it has none */
  float out_min;         /* clamp */
  float out_max;         /* clamp */
} mf_conv2d_dynamic_f32_params;

/* Computes the whole output. The inputs are read until the last output is written. `bias` holds a float
   for each output channel, or is not read. */
MF_ENTRY void mf_conv2d_dynamic_f32(const float *in, const float *weights, const void *bias,
                                    float *out, const MF_ROM mf_conv2d_dynamic_f32_params *p);

#endif
