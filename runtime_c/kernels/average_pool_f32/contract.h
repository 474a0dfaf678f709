/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* average_pool_f32: the mean of the pixels that a window covers, channel by channel.

   Tensors are NHWC, single precision. Pixels outside the picture do not count; every window covers one
   inside. The sum goes from top left to bottom right, every step rounded. */
#ifndef MF_AVERAGE_POOL_F32_CONTRACT_H
#define MF_AVERAGE_POOL_F32_CONTRACT_H

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
  float out_min;    /* clamp */
  float out_max;    /* clamp */
} mf_average_pool_f32_params;

/* Computes n output rows. `rows` holds kernel_h pointers for each of them: the input rows under the window
   from top to bottom, null where outside the picture. Within a row, pixels are written in ascending order;
   a pixel's window is read until its last channel is written. */
MF_KERNEL void mf_average_pool_f32_rows(const float *const *rows, float *out, int32_t n,
                                        const MF_ROM mf_average_pool_f32_params *p);

/* Computes the whole output, row by row in ascending order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_average_pool_f32(const float *in, float *out, const float **rows,
                                  const MF_ROM mf_average_pool_f32_params *p) {
  const int32_t in_row = p->in_w * p->channels;
  for (int32_t b = 0; b < p->batches; b++, in += (ptrdiff_t)p->in_h * in_row) {
    for (int32_t y = 0; y < p->out_h; y++, out += (ptrdiff_t)p->out_w * p->channels) {
      mf_point_rows_f32(rows, in, in_row, p->in_h, p->kernel_h, y * p->stride_h - p->pad_top, 1);
      mf_average_pool_f32_rows(rows, out, 1, p);
    }
  }
}

#endif
