/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* lstm_f32: a layer of cells that remember, over a sequence; float32.

   Of each step's input and of the outputs before, every cell has four weighted sums: the gates, in
   the order input, forget, candidate, output. The logistic function is taken of them, of the
   candidate tanh. A cell then becomes cell * forget + input * candidate, and its output is
   tanh(cell) * output.

   The results equal the reference's where expf and tanhf are the same, and lie within 64 units in
   the last place of them after a step of few inputs where these err by at most two. */
#ifndef MF_LSTM_F32_CONTRACT_H
#define MF_LSTM_F32_CONTRACT_H

typedef struct {
  int32_t batches;                 /* sequences, 1 or more */
  int32_t steps;                   /* of a sequence, 1 or more */
  int32_t in_c;                    /* values of an input, 1 or more */
  int32_t cells;                   /* 1 or more; as many outputs */
  int32_t in_batch;                /* values from one sequence's input to the next one's */
  int32_t in_step;                 /* values from one step's input to the next one's */
  int32_t out_batch;               /* the same for outputs */
  int32_t out_step;                /* the same for outputs */
  const MF_ROM float *in_weights;  /* [4][cells][in_c] */
  const MF_ROM float *own_weights; /* [4][cells][cells], of the outputs before */
  const MF_ROM float *bias;        /* [4][cells] */
  float clip;                      /* cells are held to -clip to clip; 0: they are not */
  float largest;                   /* the largest finite number: sums and products are held to it */
} mf_lstm_f32_params;

/* `own` is [batches][cells], what the last step gave; `cell` is [batches][cells]. All four lie apart. */
MF_ENTRY void mf_lstm_f32(const float *in, float *own, float *cell, float *out,
                          const MF_ROM mf_lstm_f32_params *p);

#endif
