/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* scaled_total_s8: the mean or the sum over some dimensions, int8: sum * scale + offset in single precision, rounded to
   nearest, ties to even.

   The input is seen as [kept0][over0][kept1][over1][kept2], as mean_s8 does it. */
/* Needs mf_nearest.h. */
#ifndef MF_SCALED_TOTAL_S8_CONTRACT_H
#define MF_SCALED_TOTAL_S8_CONTRACT_H

typedef struct {
  int32_t kept0; /* elements */
  int32_t over0; /* elements, 1 or more */
  int32_t kept1; /* elements */
  int32_t over1; /* elements, 1 or more */
  int32_t kept2; /* elements */
  float scale;   /* of a sum of inputs as they are stored, to steps of the output */
  float offset;  /* the output's zero point less what the input's has in a scaled sum */
} mf_scaled_total_s8_params;

/* Computes all outputs. The input is read until the last output is written. */
MF_ENTRY void mf_scaled_total_s8(const int8_t *in, int8_t *out,
                                 const MF_ROM mf_scaled_total_s8_params *p);

#endif
