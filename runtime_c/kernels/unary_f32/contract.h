/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* unary_f32: out = a function of in that needs no more than arithmetic, float32. */
#ifndef MF_UNARY_F32_CONTRACT_H
#define MF_UNARY_F32_CONTRACT_H

/* The functions. */
#define MF_UNARY_F32_ABS        0 /* without its sign */
#define MF_UNARY_F32_NEG        1 /* with the other sign */
#define MF_UNARY_F32_SQUARE     2 /* in * in */
#define MF_UNARY_F32_LEAKY_RELU 3 /* in times `slope` where it is not above 0 */
#define MF_UNARY_F32_SIGN_BIT   4 /* 1 with a sign, -0 and odd values too; else 0 */

typedef struct {
  int32_t count;    /* elements */
  int16_t function; /* one of those above */
  float slope;      /* of MF_UNARY_F32_LEAKY_RELU; else 0 */
} mf_unary_f32_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_unary_f32(const float *in, float *out, const MF_ROM mf_unary_f32_params *p);

#endif
