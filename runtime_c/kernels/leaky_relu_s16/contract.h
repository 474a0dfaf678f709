/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* leaky_relu_s16: out = in times one factor where in is 0 or more, times another where it is less, int16. */
#ifndef MF_LEAKY_RELU_S16_CONTRACT_H
#define MF_LEAKY_RELU_S16_CONTRACT_H

typedef struct {
  int32_t count;               /* elements */
  int16_t in_zero_point;       /* -32768 to 32767 */
  int16_t out_zero_point;      /* -32768 to 32767 */
  int32_t out_min;             /* clamp; beyond int16, results wrap */
  int32_t out_max;             /* clamp; beyond int16, results wrap */
  int8_t shift;                /* -31 to 30, left where positive */
  int8_t negative_shift;       /* the same of negative inputs */
  int8_t in_sign;              /* of negative inputs, times this before they are scaled: 1 or -1 */
  int8_t out_sign;             /* times this once they are scaled: 1 or -1 */
  int32_t multiplier;          /* Q0.31: the input's scale over the output's, times the factor */
  int32_t negative_multiplier; /* the same of negative inputs */
} mf_leaky_relu_s16_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_leaky_relu_s16(const int16_t *in, int16_t *out,
                                const MF_ROM mf_leaky_relu_s16_params *p);

#endif
