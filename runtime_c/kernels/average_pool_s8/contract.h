/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* average_pool_s8: the mean of the pixels that a window covers, channel by channel, int8.

   Tensors are NHWC, input and output on one scale. Pixels outside the picture do not count; every
   window covers one inside. The mean is rounded to nearest, ties away from zero. */
#ifndef MF_AVERAGE_POOL_S8_CONTRACT_H
#define MF_AVERAGE_POOL_S8_CONTRACT_H

typedef struct {
  int32_t batches;  /* images, 1 or more */
  int32_t in_h;     /* rows */
  int32_t in_w;     /* pixels */
  int32_t channels; /* of input and output */
  int32_t out_h;    /* rows */
  int32_t out_w;    /* pixels */
  int16_t kernel_h; /* taps */
  int16_t kernel_w; /* taps */
  int16_t stride_h; /* rows */
  int16_t stride_w; /* pixels */
  int16_t pad_top;  /* rows outside the picture, 0 or more */
  int16_t pad_left; /* pixels outside the picture, 0 or more */
  int8_t order;     /* 1: pixels in ascending order; -1: in descending */
  int8_t out_min;   /* clamp, -128 to 127 */
  int8_t out_max;   /* clamp, -128 to 127 */
  int16_t offset;   /* 0; 128 where values were uint8, whose ties are rounded up */
} mf_average_pool_s8_params;

/* Computes n output rows; they and their pixels are written in p->order. `rows` holds kernel_h pointers for
   each of them, from the topmost output row on whatever the order: the input rows under the window from top
   to bottom, null where outside the picture.

   A channel of a pixel is read, of all pixels under the window, before it is written, and read by no other
   channel: what it is written over may be read by no later pixel and by no later channel of its own. */
MF_ENTRY void mf_average_pool_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                      const MF_ROM mf_average_pool_s8_params *p);

/* Computes the whole output, images, rows and pixels in p->order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_average_pool_s8(const int8_t *in, int8_t *out, const int8_t **rows,
                                 const MF_ROM mf_average_pool_s8_params *p);
MF_WHOLE_PICTURE(average_pool_s8, int8_t, s8, p->channels, p->channels, 1)

/* The same where one window covers the only image: begin, then add the input's rows from top to bottom in
   one piece or several, then end. A piece is whole rows: `count` elements from element `first` of the input
   on, which lie at `in`. `sums` has room for a sum for each channel. */
MF_ENTRY void mf_average_pool_s8_begin(int32_t *sums, const MF_ROM mf_average_pool_s8_params *p);
MF_ENTRY void mf_average_pool_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                                     const MF_ROM mf_average_pool_s8_params *p);
MF_ENTRY void mf_average_pool_s8_end(const int32_t *sums, int8_t *out,
                                     const MF_ROM mf_average_pool_s8_params *p);

#endif
