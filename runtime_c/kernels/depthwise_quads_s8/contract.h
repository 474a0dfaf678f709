/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_quads_s8: each channel convolved on its own by a window of up to 3x3 pixels, int8, for vectors that
   hold four pixels of a channel.

   Tensors are NHWC, the output has the input's channels. The input's zero point is folded into the bias; a tap
   outside the picture counts as the zero point.

   The stream has for each channel, of every four in the order 0, 2, 1, 3: a word 0 where stride_w is 1, the taps of
   the window's columns 0 to 2, each with the weights of rows 0 to 2 in its lowest bytes, 0 where the window has none, a
   word 0, then bias, multiplier (Q0.31) and the shift, to the right by 0 to 31, negative. Shifts by 0 only where `relu`
   is 1. Channels that the picture does not have, up to a multiple of four, are 0. */
#ifndef MF_DEPTHWISE_QUADS_S8_CONTRACT_H
#define MF_DEPTHWISE_QUADS_S8_CONTRACT_H

typedef struct {
  int32_t batches;        /* images, 1 or more */
  int32_t in_h;           /* rows */
  int32_t in_w;           /* pixels */
  int32_t out_c;          /* channels of input and output */
  int32_t out_h;          /* rows */
  int32_t out_w;          /* pixels */
  int16_t kernel_h;       /* taps, 1 to 3 */
  int16_t kernel_w;       /* taps, 1 to 3 */
  int16_t stride_h;       /* rows */
  int16_t stride_w;       /* pixels, 1 or 2 */
  int16_t dilation_h;     /* rows between taps */
  int16_t pad_top;        /* rows outside the picture, 0 or more */
  int16_t pad_left;       /* pixels outside the picture, 0 to 2 */
  int8_t in_zero_point;   /* -128 to 127 */
  int8_t relu;            /* 1: out_zero_point is -128, and the clamp -128 to 127 */
  int16_t out_zero_point; /* -128 to 127 */
  int16_t out_min;        /* clamp, -128 to 127 */
  int16_t out_max;        /* clamp, -128 to 127 */
  const MF_ROM int32_t *stream;
} mf_depthwise_quads_s8_params;

/* The words of a channel in the stream. */
MF_KERNEL int32_t mf_depthwise_quads_s8_words(const MF_ROM mf_depthwise_quads_s8_params *p) {
  return p->stride_w == 1 ? 8 : 7;
}

/* Computes n output rows in ascending order. `rows` holds kernel_h pointers for each of them: the input rows
   under the taps from top to bottom, null where outside the picture. All that a row needs may be read until its
   last byte is written.

   `scratch`, aligned to 8, has room for columns * pitch + 16 * (out_w / 4, rounded up) + 80 bytes: columns are
   4 * stride_w * (out_w / 4, rounded up) + 2, pitch is 4 * out_c, or 64 where there are more than 16 or
   stride_w is 2. */
MF_ENTRY void mf_depthwise_quads_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                         void *scratch,
                                         const MF_ROM mf_depthwise_quads_s8_params *p);

/* Computes the whole output, images and rows in ascending order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_depthwise_quads_s8(const int8_t *in, int8_t *out, const int8_t **rows,
                                    void *scratch, const MF_ROM mf_depthwise_quads_s8_params *p);

MF_WHOLE_PICTURE_SCRATCH(depthwise_quads_s8, p->out_c, p->out_c)

#endif
