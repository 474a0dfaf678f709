/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_s8: out[b][o] = bias[o] + sum over i of in[b][i] * weights[o][i], int8.

   The zero points are folded into `bias`, but for the rare one of the weights. */
/* Needs mf_dots.h and mf_layer.h. */
#ifndef MF_FULLY_CONNECTED_S8_CONTRACT_H
#define MF_FULLY_CONNECTED_S8_CONTRACT_H

typedef struct {
  int32_t batches;                  /* vectors, 1 or more */
  int32_t in_c;                     /* elements of an input vector */
  int32_t out_c;                    /* elements of an output vector */
  int16_t weights_zero_point;       /* -128 to 127; 0 in all but odd models */
  int16_t out_zero_point;           /* -128 to 127 */
  int16_t out_min;                  /* clamp, -128 to 127 */
  int16_t out_max;                  /* clamp, -128 to 127 */
  int16_t scale_step;               /* 1: one scale an output; 0: one for all */
  const MF_ROM int8_t *weights;     /* [out_c][in_c] */
  const MF_ROM int32_t *bias;       /* [out_c], zero points folded in */
  const MF_ROM int32_t *multiplier; /* [out_c] or [1], Q0.31 */
  const MF_ROM int8_t *shift;       /* [out_c] or [1], -31 to 30, left where positive */
} mf_fully_connected_s8_params;

/* Computes all output vectors. The input is read until the last output is written. */
MF_ENTRY void mf_fully_connected_s8(const int8_t *in, int8_t *out,
                                    const MF_ROM mf_fully_connected_s8_params *p);

/* The same of a single vector that arrives in pieces: begin, then add the inputs from the first to the last
   in one piece or several, then end. A piece is `count` inputs from input `first` on, which lie at `in`.
   `sums` has room for out_c sums. */
MF_ENTRY void mf_fully_connected_s8_begin(int32_t *sums,
                                          const MF_ROM mf_fully_connected_s8_params *p);
MF_ENTRY void mf_fully_connected_s8_add(const int8_t *in, int32_t first, int32_t count,
                                        int32_t *sums,
                                        const MF_ROM mf_fully_connected_s8_params *p);
MF_ENTRY void mf_fully_connected_s8_end(const int32_t *sums, int8_t *out,
                                        const MF_ROM mf_fully_connected_s8_params *p);

#endif
