/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* lstm_s16: a layer of cells that remember, over a sequence. Gates and cells are int16, inputs and
   outputs int8 or int16, weights int8.

   Of each step's input and of the outputs before, every cell has four weighted sums: the gates, in
   the order input, forget, candidate, output. Sums are int16 in steps of 2^-12; the logistic
   function, of the candidate tanh, makes them int16 in steps of 2^-15. A cell then becomes cell *
   forget + input * candidate, and its output is tanh(cell) * output. */
/* Needs mf_dots.h and mf_functions.h and mf_wide_dots.h. */
#ifndef MF_LSTM_S16_CONTRACT_H
#define MF_LSTM_S16_CONTRACT_H

typedef struct {
  int32_t batches;                      /* sequences, 1 or more */
  int32_t steps;                        /* of a sequence, 1 or more */
  int32_t in_c;                         /* values of an input, 1 or more */
  int32_t cells;                        /* 1 or more; as many outputs */
  int32_t in_batch;                     /* values from one sequence's input to the next one's */
  int32_t in_step;                      /* values from one step's input to the next one's */
  int32_t out_batch;                    /* the same for outputs */
  int32_t out_step;                     /* the same for outputs */
  int32_t wide;                         /* 0: inputs and outputs are int8; 1: int16 */
  const MF_ROM int8_t *in_weights;      /* [4][cells][in_c] */
  const MF_ROM int8_t *own_weights;     /* [4][cells][cells], of the outputs before */
  const MF_ROM int32_t *in_bias;        /* [4][cells], with the zero point's share; null if wide */
  const MF_ROM int32_t *own_bias;       /* [4][cells], the zero point's share; null if wide */
  const MF_ROM int64_t *wide_bias;      /* [4][cells], as in_bias; null unless wide */
  const MF_ROM int64_t *wide_own_bias;  /* [4][cells], as own_bias; null if all are 0 */
  const MF_ROM int32_t *in_zeros;       /* [4], zero points of the weights; null: all are 0 */
  const MF_ROM int32_t *own_zeros;      /* [4], the same; null with the others */
  const MF_ROM int32_t *in_multiplier;  /* [4], to gates: Q0.31, or Q0.15 if wide */
  const MF_ROM int32_t *in_shift;       /* [4], -31 to 30 */
  const MF_ROM int32_t *own_multiplier; /* [4], the same for outputs before */
  const MF_ROM int32_t *own_shift;      /* [4], -31 to 30 */
  int32_t forget_multiplier;            /* from cell * forget to cell, Q0.31 */
  int32_t forget_shift;                 /* -31 to 30 */
  int32_t update_multiplier;            /* from input * candidate to cell, Q0.31 */
  int32_t update_shift;                 /* -31 to 30 */
  int32_t clip;                         /* cells are held to -clip to clip; 0: they are not */
  int32_t tanh_multiplier;              /* from a cell to the table's units */
  int32_t tanh_shift;                   /* 0 to 31, right, rounding */
  int32_t out_multiplier;               /* from tanh(cell) * output to outputs, Q0.31 */
  int32_t out_shift;                    /* -31 to 30 */
  int32_t out_zero_point;               /* in the range of the outputs */
  const MF_ROM uint16_t *table;         /* [256], of mf_sigmoid_rise */
} mf_lstm_s16_params;

/* `own` is [batches][cells] of the outputs' type, what the last step gave; `cell` is [batches][cells].
   All four lie apart. */
MF_ENTRY void mf_lstm_s16(const void *in, void *own, int16_t *cell, void *out,
                          const MF_ROM mf_lstm_s16_params *p);

#endif
