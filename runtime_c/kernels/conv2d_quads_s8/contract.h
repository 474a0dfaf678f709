/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_quads_s8: 2-D convolution, int8, one scale an output channel, with weights packed for vectors of 16
   bytes that four pixels share.

   Tensors are NHWC. `stream` holds, for every four output channels,
   - the weights of the first two in turns, 16 of the one and 16 of the other, then those of the last two;
   - 32 bits each: four sums to begin with (the bias, less the zero point times all weights), four multipliers
     (Q0.31, 0 or more), four shifts (-31 to -1: to the right; with an output's zero point of -128 also 0). Only the
     lowest byte of these is the shift: the others are 0 with the last four channels, else -1.
   Channels beyond out_c have weights of 0. A filter's weights are runs, each filled up with 0 to a multiple of 16.
   Without `interleave` a run is a tap. Else there is one, [column][channel][row] of the window from its first column
   to its last: those that no tap is in have weights of 0.

   A tap outside the picture counts as the input's zero point. Outputs are clamped to int8 alone. */
#ifndef MF_CONV2D_QUADS_S8_CONTRACT_H
#define MF_CONV2D_QUADS_S8_CONTRACT_H

typedef struct {
  int32_t batches;       /* images, 1 or more */
  int32_t in_h;          /* rows */
  int32_t in_w;          /* pixels */
  int32_t in_c;          /* channels; a multiple of 16 unless `plain` or `interleave` */
  int32_t out_h;         /* rows */
  int32_t out_w;         /* pixels */
  int32_t out_c;         /* channels */
  int16_t kernel_h;      /* taps */
  int16_t kernel_w;      /* taps */
  int16_t stride_h;      /* rows */
  int16_t stride_w;      /* pixels */
  int16_t dilation_h;    /* rows between taps */
  int16_t dilation_w;    /* pixels between taps */
  int16_t pad_top;       /* rows outside the picture, 0 or more */
  int16_t pad_left;      /* pixels outside the picture, 0 or more */
  int8_t in_zero_point;  /* -128 to 127 */
  int8_t out_zero_point; /* -128 to 127 */
  int8_t interleave;     /* 1: the rows under a window are laid side by side */
  int8_t plain;          /* 1: a pixel is made of the one in its place alone; not interleave */
  const MF_ROM int32_t *stream; /* weights and what belongs to them, as above */
} mf_conv2d_quads_s8_params;

/* Computes n output rows and their pixels, in ascending order. `rows` holds kernel_h pointers for each of them: the
   input rows under the taps from top to bottom, null where outside the picture. Where out_c is a multiple of 4, so
   is the address `out`. `scratch` is memory for the call, whose size microflow/ops/_quads.py knows.

   `plain`, and with `interleave`, a pixel's receptive field is read until its last channel is written: what a pixel
   is written over may be read by no later pixel and, but for what its last channel is written over, not by itself.
   Otherwise that is so of rows: what a row is written over may be read by no later row and not by itself. */
MF_ENTRY void mf_conv2d_quads_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                      void *scratch, const MF_ROM mf_conv2d_quads_s8_params *p);

/* Computes the whole output, images, rows and pixels in ascending order. `rows` is room for kernel_h pointers. */
MF_ENTRY void mf_conv2d_quads_s8(const int8_t *in, int8_t *out, const int8_t **rows, void *scratch,
                                 const MF_ROM mf_conv2d_quads_s8_params *p);

/* The columns of a window that is interleaved. */
MF_KERNEL int32_t mf_conv2d_quads_s8_columns(const MF_ROM mf_conv2d_quads_s8_params *p) {
  return (p->kernel_w - 1) * p->dilation_w + 1;
}

/* The bytes of a run. */
MF_KERNEL int32_t mf_conv2d_quads_s8_bytes(const MF_ROM mf_conv2d_quads_s8_params *p) {
  return p->interleave ? mf_conv2d_quads_s8_columns(p) * p->in_c * p->kernel_h : p->in_c;
}

/* The vectors of all runs of a window. */
MF_KERNEL int32_t mf_conv2d_quads_s8_steps(const MF_ROM mf_conv2d_quads_s8_params *p) {
  const int32_t runs = p->interleave ? 1 : p->kernel_h * p->kernel_w;
  return runs * ((mf_conv2d_quads_s8_bytes(p) + 15) / 16);
}

#endif
