/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_dynamic_s16: convolution with weights and bias that are computed at run time, int16 with int8 weights.

   Tensors are NHWC. Every `group_filters` output channels read the same `filter_c` input channels; where
   their weights lie is told by steps, so this is also a depthwise convolution and, with batches for pixels
   and one tap, a matrix times vectors. A tap outside the picture adds nothing. */
#ifndef MF_CONV2D_DYNAMIC_S16_CONTRACT_H
#define MF_CONV2D_DYNAMIC_S16_CONTRACT_H

typedef struct {
  int32_t batches;                  /* images, 1 or more */
  int32_t in_h;                     /* rows */
  int32_t in_w;                     /* pixels */
  int32_t in_c;                     /* channels */
  int32_t out_h;                    /* rows */
  int32_t out_w;                    /* pixels */
  int32_t out_c;                    /* channels */
  int32_t filter_c;                 /* input channels a filter reads */
  int32_t group_filters;            /* output channels that read the same input channels */
  int32_t filter_step;              /* weights from a filter to the next */
  int32_t tap_step;                 /* weights from a tap to the next */
  int16_t kernel_h;                 /* taps */
  int16_t kernel_w;                 /* taps */
  int16_t stride_h;                 /* rows */
  int16_t stride_w;                 /* pixels */
  int16_t dilation_h;               /* rows between taps */
  int16_t dilation_w;               /* pixels between taps */
  int16_t pad_top;                  /* rows outside the picture, 0 or more */
  int16_t pad_left;                 /* pixels outside the picture, 0 or more */
  int32_t in_zero_point;            /* -32768 to 32767 */
  int16_t weights_zero_point;       /* -128 to 127 */
  int16_t out_zero_point;           /* -32768 to 32767 */
  int16_t out_min;                  /* clamp, -32768 to 32767 */
  int16_t out_max;                  /* clamp, -32768 to 32767 */
  int16_t scale_step;               /* 1: one scale an output channel; 0: one for all */
  int8_t wide;                      /* 1: sums have 64 bits; 0: sums have 32 bits, and wrap */
  int8_t bias_bytes;                /* 4 or 8; 0: it has none */
  const MF_ROM int32_t *multiplier; /* [out_c] or [1], Q0.31, or Q0.15 where sums are wide */
  const MF_ROM int8_t *shift;       /* [out_c] or [1], -31 to 30 (wide: 14), left where positive */
} mf_conv2d_dynamic_s16_params;

/* Computes the whole output. The inputs are read until the last output is written. `bias` holds an int32 or
   an int64 for each output channel, or is not read. */
MF_ENTRY void mf_conv2d_dynamic_s16(const int16_t *in, const int8_t *weights, const void *bias,
                                    int16_t *out, const MF_ROM mf_conv2d_dynamic_s16_params *p);

#endif
