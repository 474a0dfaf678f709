/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* rsqrt_s16: out = 1 / sqrt(in), int16, both with the zero point 0. What is 0 or less gives the largest output. */
/* Needs mf_functions.h. */
#ifndef MF_RSQRT_S16_CONTRACT_H
#define MF_RSQRT_S16_CONTRACT_H

typedef struct {
  int32_t count;      /* elements */
  int32_t multiplier; /* Q0.31: 1 / (sqrt(input's scale) * output's scale) */
  int8_t shift;       /* -31 to 10, left where positive; of a root with 20 fractional bits */
} mf_rsqrt_s16_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_rsqrt_s16(const int16_t *in, int16_t *out, const MF_ROM mf_rsqrt_s16_params *p);

#endif
