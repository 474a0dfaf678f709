/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* sigmoid_s16: out = 1 / (1 + exp(-in)), or tanh(in), int16 in steps of 2^-15.

   The table holds the logistic function of the argument's size; between two entries it is interpolated. tanh is the
   same curve with twice the argument, twice as high around 0. */
/* Needs mf_functions.h. */
#ifndef MF_SIGMOID_S16_CONTRACT_H
#define MF_SIGMOID_S16_CONTRACT_H

typedef struct {
  int32_t count;                /* elements */
  int32_t multiplier;           /* of an input on its way to the table's units */
  int32_t rounding;             /* half of what the shift drops; 0 where it drops nothing */
  int8_t shift;                 /* 0 to 31, right */
  int8_t index_shift;           /* an entry each 2^index_shift units: 9, or 8 for tanh */
  int8_t out_shift;             /* from the interpolated value to the output: 10, or 8 for tanh */
  int32_t out_offset;           /* what is added before that shift: rounding, and the value at 0 */
  const MF_ROM uint16_t *table; /* [256], in steps of 2^-16 */
} mf_sigmoid_s16_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_sigmoid_s16(const int16_t *in, int16_t *out,
                             const MF_ROM mf_sigmoid_s16_params *p);

#endif
