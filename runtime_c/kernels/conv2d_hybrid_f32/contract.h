/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_hybrid_f32: convolution of floats with int8 weights, summed as integers.

   Each image is quantised to int8 by its own range, and the sums are made floats again. Tensors are NHWC.
   Every `group_filters` output channels read the same `filter_c` input channels; where their weights lie
   is told by steps, so this is also a depthwise convolution and, with one pixel an image and one tap, a matrix
   times vectors. A tap outside the picture adds nothing. */
#ifndef MF_CONV2D_HYBRID_F32_CONTRACT_H
#define MF_CONV2D_HYBRID_F32_CONTRACT_H

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
  int8_t asymmetric;     /* 1: images have a zero point; 0: it is 0 */
  int8_t weights_first;  /* 1: sums are scaled twice, weights first; 0: by the product of both */
  int8_t scale_step;     /* 1: one scale an output channel; 0: one for all */
  float out_min;         /* clamp */
  float out_max;         /* clamp */
  const MF_ROM int8_t *weights; /* [out_c] filters, taps and channels, as the steps say */
  const MF_ROM float *scales;   /* [out_c] or [1], of the weights */
  const MF_ROM float *bias;     /* [out_c] */
} mf_conv2d_hybrid_f32_params;

/* Computes the whole output. An image is read before its outputs are written. `scratch` is room for the bytes
   of one image: in_h * in_w * in_c. */
MF_ENTRY void mf_conv2d_hybrid_f32(const float *in, float *out, void *scratch,
                                   const MF_ROM mf_conv2d_hybrid_f32_params *p);

#endif
