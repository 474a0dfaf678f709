/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* prelu_s8: out = in where it is 0 or more, else in * alpha; int8 or int16 with an int8 alpha, each with its own
   scale, the operands broadcast against each other. */
/* Needs mf_broadcast.h. */
#ifndef MF_PRELU_S8_CONTRACT_H
#define MF_PRELU_S8_CONTRACT_H

typedef struct {
  int32_t runs;                    /* runs of the output */
  int32_t count;                   /* elements of a run */
  int16_t a_step;                  /* elements in advances by within a run: 1, or 0 if repeated */
  int16_t b_step;                  /* the same of alpha */
  int16_t outer;                   /* dimensions around a run, 0 to 7 */
  int16_t bytes;                   /* of an element of in and out: 1 or 2 */
  int16_t in_zero_point;           /* in in's range */
  int16_t alpha_zero_point;        /* -128 to 127 */
  int16_t out_zero_point;          /* in out's range */
  int16_t out_min;                 /* out's range */
  int16_t out_max;                 /* out's range */
  int8_t shift;                    /* -31 to 30, left where positive */
  int8_t negative_shift;           /* the same of products with alpha */
  int32_t multiplier;              /* Q0.31: the input's scale over the output's */
  int32_t negative_multiplier;     /* the same times the scale of alpha */
  const MF_ROM int32_t *extents;   /* [outer], from the innermost */
  const MF_ROM int32_t *a_strides; /* [outer], elements; 0 where in is repeated */
  const MF_ROM int32_t *b_strides; /* [outer], elements; 0 where alpha is repeated */
} mf_prelu_s8_params;

/* Computes the whole output in ascending order. `out` may be `in` or an int8 `alpha` that is not repeated. */
MF_ENTRY void mf_prelu_s8(const void *in, const int8_t *alpha, void *out,
                          const MF_ROM mf_prelu_s8_params *p);

#endif
