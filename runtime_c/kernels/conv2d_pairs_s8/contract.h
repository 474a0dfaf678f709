/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_pairs_s8: 2-D convolution, int8, one scale an output channel, its filters packed by pairs.

   Tensors are NHWC. The bytes under a window are counted row by row, `run` in each: kernel_w * in_c, and up to three
   more, whose weights are 0. Weights of 0 stand between taps that are apart, too. */
/* Needs mf_acle.h and mf_pairs.h. */
#ifndef MF_CONV2D_PAIRS_S8_CONTRACT_H
#define MF_CONV2D_PAIRS_S8_CONTRACT_H

/* The weights of a pair of filters, `low` and `high`, in words:
     1               high's bias << 8 | shift
     2 a four bytes  their weights, of bytes 0 and 2 in the halves of the first, of 1 and 3 in those of the second;
                     a half is low's weight + 256 * high's
     3               low's multiplier, low's bias << 8 | shift, high's multiplier
   Behind the last pair stands a word 0x80. Where out_c is odd, a pair of the last two filters follows, and 0x80.

   Packers see to it that the sum of each channel is within 2^23 - 1 for all inputs, bias included, that a half is
   within 16 bits, that shifts, to the right and less 1, are 0 to 22, and that outputs are clamped to int8 alone. */
typedef struct {
  int32_t batches;                /* images, 1 or more */
  int32_t in_h;                   /* rows */
  int32_t in_w;                   /* pixels */
  int32_t in_c;                   /* channels */
  int32_t out_h;                  /* rows */
  int32_t out_w;                  /* pixels */
  int32_t out_c;                  /* channels, 2 or more */
  int32_t run;                    /* bytes of a row of a window, a multiple of 4 */
  int16_t kernel_h;               /* taps */
  int16_t kernel_w;               /* taps */
  int16_t stride_h;               /* rows */
  int16_t stride_w;               /* pixels */
  int16_t dilation_h;             /* rows between taps */
  int16_t pad_top;                /* rows outside the picture, 0 or more */
  int16_t pad_left;               /* pixels outside the picture, 0 or more */
  int8_t order;                   /* 1: pixels in ascending order; -1: in descending */
  int8_t in_zero_point;           /* -128 to 127 */
  int16_t out_zero_point;         /* -128 to 127 */
  const MF_ROM uint32_t *weights; /* as above */
} mf_conv2d_pairs_s8_params;

/* Computes n output rows; they and their pixels are written in p->order. `rows` holds kernel_h pointers for
   each of them, from the topmost output row on whatever the order: the input rows under the taps from top
   to bottom, null where outside the picture. `scratch` is aligned to 8.

   Up to three neighbouring pixels are computed at once: their receptive fields are read before the first of them is
   written. */
MF_ENTRY void mf_conv2d_pairs_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                      void *scratch, const MF_ROM mf_conv2d_pairs_s8_params *p);

/* Computes the whole output, images, rows and pixels in p->order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_conv2d_pairs_s8(const int8_t *in, int8_t *out, const int8_t **rows, void *scratch,
                                 const MF_ROM mf_conv2d_pairs_s8_params *p);

#endif
