/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* softmax_s16: the shares of exp(beta * in) in its sum over each vector, int16.

   The output's scale is 2^-15 and its zero point 0. Both functions are tables, interpolated between entries 128
   apart. */
#ifndef MF_SOFTMAX_S16_CONTRACT_H
#define MF_SOFTMAX_S16_CONTRACT_H

typedef struct {
  int32_t rows;                     /* vectors, each normalised by itself */
  int32_t depth;                    /* elements of a vector, 1 to 65535 */
  int32_t multiplier;               /* Q0.31, of a difference on its way to steps of 10 / 65535 */
  int8_t shift;                     /* -31 to 30, left where positive */
  const MF_ROM int16_t *exponents;  /* [513], Q0.15: exp(x) for x from -10 to 0 */
  const MF_ROM int16_t *reciprocal; /* [513], Q0.15: 1 / (1 + x) for x from 0 to 1 */
} mf_softmax_s16_params;

/* A vector is read whole before the first of its results is written, then element by element: `out` may be `in`. */
MF_ENTRY void mf_softmax_s16(const int16_t *in, int16_t *out,
                             const MF_ROM mf_softmax_s16_params *p);

#endif
