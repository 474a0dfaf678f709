/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* transpose_conv_dynamic_f32: transposed 2-D convolution with weights or a bias that are computed at run
   time, float32.

   Tensors are NHWC, weights [out_c][kernel_h][kernel_w][in_c]. An output pixel gathers the input pixels whose windows
   it is in, rows and pixels in ascending order; the bias is added last. */
#ifndef MF_TRANSPOSE_CONV_DYNAMIC_F32_CONTRACT_H
#define MF_TRANSPOSE_CONV_DYNAMIC_F32_CONTRACT_H

typedef struct {
  int32_t batches;  /* images, 1 or more */
  int32_t in_h;     /* rows */
  int32_t in_w;     /* pixels */
  int32_t in_c;     /* channels */
  int32_t out_h;    /* rows */
  int32_t out_w;    /* pixels */
  int32_t out_c;    /* channels */
  int16_t kernel_h; /* taps */
  int16_t kernel_w; /* taps */
  int16_t stride_h; /* output rows from an input row to the next */
  int16_t stride_w; /* output pixels from an input pixel to the next */
  int16_t pad_top;  /* rows of the first window outside the output, 0 or more */
  int16_t pad_left; /* pixels of the same */
  int8_t has_bias;  /* 1: it has; 0: it has none, and `bias` is not read */
  float out_min;    /* clamp */
  float out_max;    /* clamp */
} mf_transpose_conv_dynamic_f32_params;

/* Computes the whole output. The inputs are read until the last output is written. */
MF_ENTRY void mf_transpose_conv_dynamic_f32(const float *in, const float *weights, const void *bias,
                                            float *out,
                                            const MF_ROM mf_transpose_conv_dynamic_f32_params *p);

#endif
