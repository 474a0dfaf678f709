/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise3x3_s8: each channel convolved on its own with a window of at most 3x3 taps, int8.

   Tensors are NHWC, with as many channels out as in. A tap outside the picture counts as the zero point. The
   caller promises 4 channels or more; of a window of three rows the second, of others the first, inside the
   picture; right shifts, sums below 2^30, outputs that no more is done to than to clamp them to int8.

   A channel has five words: twice the bias, which the input's zero point is folded into; the multiplier,
   Q0.31; then bytes, the lowest first, of the weights at (row, column): (0,0) (0,1) (1,0) (1,1); (0,2)
   (2,0) (1,2) (2,1); the right shift less 1 (0 to 21), (2,1), 0, (2,2). Of windows of less than three rows the
   first is row 1; what a window does not have is 0. */
/* Needs mf_acle.h and mf_square.h. */
#ifndef MF_DEPTHWISE3X3_S8_CONTRACT_H
#define MF_DEPTHWISE3X3_S8_CONTRACT_H

typedef struct {
  int32_t batches;               /* images, 1 or more */
  int32_t in_h;                  /* rows */
  int32_t in_w;                  /* pixels */
  int32_t channels;              /* of input and output, 4 or more */
  int32_t out_h;                 /* rows */
  int32_t out_w;                 /* pixels */
  int16_t kernel_h;              /* taps, 1 to 3 */
  int16_t stride_h;              /* rows */
  int16_t stride_w;              /* pixels: 1 or 2 */
  int16_t dilation_h;            /* rows between taps */
  int16_t pad_top;               /* rows outside the picture, 0 or more */
  int16_t pad_left;              /* pixels outside the picture, 0 or 1 */
  int16_t part;                  /* outputs of a row that are computed at a time */
  int8_t in_zero_point;          /* -128 to 127 */
  int8_t out_zero_point;         /* -128 to 127 */
  const MF_ROM int32_t *filters; /* [channels][5] */
} mf_depthwise3x3_s8_params;

/* Computes n output rows. `rows` holds kernel_h pointers for each: the input rows under the taps from top to
   bottom, null where outside the picture. A row of the input may be read until the last byte of the output
   row is written.

   `scratch` has 48 bytes for every pair of columns under `part` outputs: (part + 3) / 2 pairs with a stride
   of 1, part + 1 with 2. */
MF_ENTRY void mf_depthwise3x3_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                      void *scratch, const MF_ROM mf_depthwise3x3_s8_params *p);

/* Computes the whole output, rows in ascending order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_depthwise3x3_s8(const int8_t *in, int8_t *out, const int8_t **rows, void *scratch,
                                 const MF_ROM mf_depthwise3x3_s8_params *p);

MF_WHOLE_PICTURE_SCRATCH(depthwise3x3_s8, p->channels, p->channels)

#endif
