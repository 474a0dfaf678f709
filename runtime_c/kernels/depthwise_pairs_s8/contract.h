/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_pairs_s8: each channel convolved on its own, int8, rows taken two by two.

   Tensors are NHWC, with as many channels out as in. A tap outside the picture counts as the zero point. The
   caller promises 4 channels or more, right shifts, sums below 2^30, and outputs that no more is done to than to
   clamp them to int8.

   A channel has `words` words: twice the bias, which the input's zero point is folded into; the multiplier,
   Q0.31; the right shift less 1 (0 to 21); then the weights. These lie by phases of columns, that is columns
   phase, phase + stride_w and so on; in a phase by pairs of rows; of these by pairs of the phase's columns,
   `pairs` in any phase. A pair is a word of bytes: the upper row's two weights, then the lower row's. What
   is not there is 0. */
/* Needs mf_acle.h and mf_taps.h. */
#ifndef MF_DEPTHWISE_PAIRS_S8_CONTRACT_H
#define MF_DEPTHWISE_PAIRS_S8_CONTRACT_H

typedef struct {
  int32_t batches;               /* images, 1 or more */
  int32_t in_h;                  /* rows */
  int32_t in_w;                  /* pixels */
  int32_t channels;              /* of input and output, 4 or more */
  int32_t out_h;                 /* rows */
  int32_t out_w;                 /* pixels */
  int16_t kernel_h;              /* taps */
  int16_t kernel_w;              /* taps */
  int16_t stride_h;              /* rows */
  int16_t stride_w;              /* pixels: 1 or 2 */
  int16_t dilation_h;            /* rows between taps */
  int16_t pad_top;               /* rows outside the picture, 0 or more */
  int16_t pad_left;              /* pixels outside the picture, 0 or more */
  int16_t part;                  /* outputs of a row that are computed at a time, a multiple of 4 */
  int16_t pairs;                 /* of columns in a phase */
  int16_t words;                 /* of a channel */
  int8_t in_zero_point;          /* -128 to 127 */
  int8_t out_zero_point;         /* -128 to 127 */
  const MF_ROM int32_t *filters; /* [channels][words] */
} mf_depthwise_pairs_s8_params;

/* Computes n output rows. `rows` holds kernel_h pointers for each: the input rows under the taps from top to
   bottom, null where outside the picture. A row of the input may be read until the last byte of the output
   row is written.

   `scratch` has a word for each phase, pair of rows, of four channels, and of `part` columns and 2 * pairs
   more. */
MF_ENTRY void mf_depthwise_pairs_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                         void *scratch,
                                         const MF_ROM mf_depthwise_pairs_s8_params *p);

/* Computes the whole output, rows in ascending order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_depthwise_pairs_s8(const int8_t *in, int8_t *out, const int8_t **rows,
                                    void *scratch, const MF_ROM mf_depthwise_pairs_s8_params *p);

MF_WHOLE_PICTURE_SCRATCH(depthwise_pairs_s8, p->channels, p->channels)

#endif
