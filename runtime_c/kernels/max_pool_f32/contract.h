/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* max_pool_f32: the greatest of the pixels that a window covers, channel by channel.

   Tensors are NHWC, single precision. Pixels outside the picture do not count, nor does what is no
   number; a window of nothing else gives the least finite number. */
#ifndef MF_MAX_POOL_F32_CONTRACT_H
#define MF_MAX_POOL_F32_CONTRACT_H

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
  float out_min;    /* clamp */
  float out_max;    /* clamp */
} mf_max_pool_f32_params;

/* Computes n output rows; they and their pixels are written in p->order. `rows` holds kernel_h pointers for
   each of them, from the topmost output row on whatever the order: the input rows under the window from top
   to bottom, null where outside the picture.

   A channel of a pixel is read, of all pixels under the window, before it is written, and read by no other
   channel: what it is written over may be read by no later pixel and by no later channel of its own. */
MF_ENTRY void mf_max_pool_f32_rows(const float *const *rows, float *out, int32_t n,
                                   const MF_ROM mf_max_pool_f32_params *p);

/* Computes the whole output, images, rows and pixels in p->order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_max_pool_f32(const float *in, float *out, const float **rows,
                              const MF_ROM mf_max_pool_f32_params *p);
MF_WHOLE_PICTURE(max_pool_f32, float, f32, p->channels, p->channels, 1)

/* Raises the pixels of an output row to the maxima over one more row under its window. So a window that no
   other one meets may be taken row by row: the first through `rows`, with null for the others. */
MF_ENTRY void mf_max_pool_f32_raise(const float *row, float *out,
                                    const MF_ROM mf_max_pool_f32_params *p);

/* The same where one window covers the only image: begin, then add the input's rows from top to bottom in
   one piece or several, then end. A piece is whole rows: `count` elements from element `first` of the input
   on, which lie at `in`. `sums` has room for the maximum so far of each channel. */
MF_ENTRY void mf_max_pool_f32_begin(float *sums, const MF_ROM mf_max_pool_f32_params *p);
MF_ENTRY void mf_max_pool_f32_add(const float *in, int32_t first, int32_t count, float *sums,
                                  const MF_ROM mf_max_pool_f32_params *p);
MF_ENTRY void mf_max_pool_f32_end(const float *sums, float *out,
                                  const MF_ROM mf_max_pool_f32_params *p);

#endif
