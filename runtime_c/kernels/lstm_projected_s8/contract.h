/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* lstm_projected_s8: a layer of cells that remember, over a sequence, with peepholes, layer normalisation or a
   projection, each where its weights are given. Inputs, outputs and weights are int8, gates and cells int16.

   Gates, in the order input, forget, candidate, output, are weighted sums of each step's input, of the outputs before
   and, through peepholes, of the cell; then they are normalised, and become int16 in steps of 2^-15 by the logistic
   function, the candidate by tanh. A cell becomes cell * forget + input * candidate; tanh(cell) * output are the
   hidden values, which are projected to outputs. All is as LiteRT has it, whose functions of 16 bits are not those of
   lstm_s16. */
/* Needs mf_divide.h and mf_dots.h and mf_functions.h. */
#ifndef MF_LSTM_PROJECTED_S8_CONTRACT_H
#define MF_LSTM_PROJECTED_S8_CONTRACT_H

typedef struct {
  int32_t batches;                  /* sequences, 1 or more */
  int32_t steps;                    /* of a sequence, 1 or more */
  int32_t in_c;                     /* values of an input, 1 or more */
  int32_t cells;                    /* 1 or more */
  int32_t out_c;                    /* values of an output; as many as cells unless projected */
  int32_t in_batch;                 /* values from one sequence's input to the next one's */
  int32_t in_step;                  /* values from one step's input to the next one's */
  int32_t out_batch;                /* the same for outputs */
  int32_t out_step;                 /* the same for outputs */
  const MF_ROM int8_t *in_weights;  /* [4][cells][in_c] */
  const MF_ROM int8_t *own_weights; /* [4][cells][out_c], of the outputs before */
  const MF_ROM int16_t *peepholes;  /* [4][cells]; null for none */
  const MF_ROM int16_t *norms;      /* [4][cells], in Q10; null for none */
  const MF_ROM int8_t *projection;  /* [out_c][cells]; null for none */
  const MF_ROM int32_t *in_bias;    /* [4][cells], with the zero point's share */
  const MF_ROM int32_t *own_bias;   /* [4][cells], the zero point's share */
  const MF_ROM int32_t *norm_bias;  /* [4][cells]; null unless normalised */
  const MF_ROM int32_t *projection_bias;     /* [out_c], with the zero point's share; or null */
  const MF_ROM int32_t *in_multiplier;       /* [4], to gates, Q0.31 */
  const MF_ROM int32_t *in_shift;            /* [4], -31 to 30 */
  const MF_ROM int32_t *own_multiplier;      /* [4], the same for outputs before */
  const MF_ROM int32_t *own_shift;           /* [4], -31 to 30 */
  const MF_ROM int32_t *peephole_multiplier; /* [4], the same for cells; null for none */
  const MF_ROM int32_t *peephole_shift;      /* [4], -31 to 30; null for none */
  const MF_ROM int32_t *norm_multiplier;     /* [4], of normalised gates, Q0.31; null for none */
  const MF_ROM int32_t *norm_shift;          /* [4], -31 to 30; null for none */
  const MF_ROM int32_t *norm_least;          /* [4], a variance for one below 1; null for none */
  int32_t update_shift;                      /* from input * candidate to cell, 0 to 31, right */
  int32_t clip;                              /* cells are held to -clip to clip; 0: they are not */
  int32_t cell_bits;                         /* of the whole part of a cell, 0 to 6 */
  int32_t hidden_multiplier;                 /* from tanh(cell) * output to hidden values, Q0.31 */
  int32_t hidden_shift;                      /* -31 to 30 */
  int32_t hidden_zero_point;                 /* -128 to 128 */
  int32_t projection_multiplier;             /* from sums to outputs, Q0.31 */
  int32_t projection_shift;                  /* -31 to 30 */
  int32_t projection_clip;                   /* of outputs, -clip to clip; 0: none */
  int32_t out_zero_point;                    /* -128 to 127 */
} mf_lstm_projected_s8_params;

/* `own` is [batches][out_c], what the last step gave; `cell` is [batches][cells]. All four lie apart. `scratch` is room
   for three int16 and one int8 a cell. */
MF_ENTRY void mf_lstm_projected_s8(const int8_t *in, int8_t *own, int16_t *cell, int8_t *out,
                                   void *scratch, const MF_ROM mf_lstm_projected_s8_params *p);

#endif
