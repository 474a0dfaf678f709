/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_sixteens_s8: each channel convolved on its own, int8, with the weights of 16 channels side by side.

   Tensors are NHWC, the output has the input's channels. The input's zero point is folded into the bias; a tap
   outside the picture counts as the zero point.

   `weights` has 16 bytes a tap for every 16 channels, those beyond out_c are 0. `scales` has 16 biases, 16 multipliers
   (Q0.31) and 16 shifts (to the right by 1 to 31, negative) for every 16 channels: of channels 0, 4, 8 and 12, then of
   1, 5, 9 and 13, and so on. */
#ifndef MF_DEPTHWISE_SIXTEENS_S8_CONTRACT_H
#define MF_DEPTHWISE_SIXTEENS_S8_CONTRACT_H

typedef struct {
  int32_t batches;              /* images, 1 or more */
  int32_t in_h;                 /* rows */
  int32_t in_w;                 /* pixels */
  int32_t out_h;                /* rows */
  int32_t out_w;                /* pixels */
  int32_t out_c;                /* channels of input and output */
  int16_t kernel_h;             /* taps */
  int16_t kernel_w;             /* taps */
  int16_t stride_h;             /* rows */
  int16_t stride_w;             /* pixels */
  int16_t dilation_h;           /* rows between taps */
  int16_t dilation_w;           /* pixels between taps */
  int16_t pad_top;              /* rows outside the picture, 0 or more */
  int16_t pad_left;             /* pixels outside the picture, 0 or more */
  int8_t order;                 /* 1: pixels in ascending order; -1: in descending */
  int8_t in_zero_point;         /* -128 to 127 */
  int16_t out_zero_point;       /* -128 to 127 */
  int16_t out_min;              /* clamp, -128 to 127 */
  int16_t out_max;              /* clamp, -128 to 127 */
  const MF_ROM int8_t *weights; /* [out_c / 16, rounded up][kernel_h][kernel_w][16] */
  const MF_ROM int32_t *scales; /* [out_c / 16, rounded up][3][16] */
} mf_depthwise_sixteens_s8_params;

/* Computes n output rows; they and their pixels are written in p->order. `rows` holds kernel_h pointers for
   each of them, from the topmost output row on whatever the order: the input rows under the taps from top
   to bottom, null where outside the picture.

   Sixteen neighbouring channels of a pixel are read before the first of them is written, and by no others: what they
   are written over may be read by no later pixel and by no later channels of their own. */
MF_ENTRY void mf_depthwise_sixteens_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                            const MF_ROM mf_depthwise_sixteens_s8_params *p);

/* Computes the whole output, images, rows and pixels in p->order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_depthwise_sixteens_s8(const int8_t *in, int8_t *out, const int8_t **rows,
                                       const MF_ROM mf_depthwise_sixteens_s8_params *p);
MF_WHOLE_PICTURE(depthwise_sixteens_s8, int8_t, s8, p->out_c, p->out_c, p->dilation_h)

#endif
