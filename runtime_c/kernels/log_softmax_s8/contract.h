/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* log_softmax_s8: the logarithms of the shares of exp(in) in its sum over each vector, int8.

   The output's scale is 2^-4 and its zero point 127. "Qm" is a format with m integer bits and 31 - m fractional ones:
   differences from the largest element are Q5, sums of exponentials Q12, their logarithms Q5. */
/* Needs mf_functions.h. */
#ifndef MF_LOG_SOFTMAX_S8_CONTRACT_H
#define MF_LOG_SOFTMAX_S8_CONTRACT_H

typedef struct {
  int32_t rows;               /* vectors, each normalised by itself */
  int32_t depth;              /* elements of a vector, 1 to 4095 */
  int32_t multiplier;         /* Q0.31, of a difference on its way to Q5 */
  int32_t reverse_multiplier; /* Q0.31, of Q5 on its way to steps of the input */
  int8_t shift;               /* 1 to 31, left */
  int8_t reverse_shift;       /* -31 to 0 */
  int16_t least;              /* difference below which exp is 0: -256 to 0 */
} mf_log_softmax_s8_params;

/* A vector is read whole before the first of its results is written, then element by element: `out` may be `in`. */
MF_ENTRY void mf_log_softmax_s8(const int8_t *in, int8_t *out,
                                const MF_ROM mf_log_softmax_s8_params *p);

#endif
