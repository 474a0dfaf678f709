/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* add_n_s8: the sum of several tensors of one scale and zero point, int8, one tensor a call.

   As the reference has it, less the zero point once more than there are tensors. */
#ifndef MF_ADD_N_S8_CONTRACT_H
#define MF_ADD_N_S8_CONTRACT_H

typedef struct {
  int32_t count;          /* elements */
  int8_t first;           /* 1: the first tensor; 0: another */
  int8_t last;            /* 1: the last tensor; 0: another */
  int16_t in_zero_point;  /* -128 to 127 */
  int16_t out_zero_point; /* -128 to 127 */
  int8_t out_shift;       /* -31 to 0, to the right */
  int32_t out_multiplier; /* Q0.31: twice the scale over 2^20 times the output's */
} mf_add_n_s8_params;

/* Adds `in` to `sums`, which the first call begins. The last call writes `out`, which may be its `in`; others leave
   it alone. `sums` is room for a sum of 2 bytes for each element. */
MF_ENTRY void mf_add_n_s8(const int8_t *in, int8_t *out, void *sums,
                          const MF_ROM mf_add_n_s8_params *p);

#endif
