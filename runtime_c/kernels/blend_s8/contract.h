/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* blend_s8: out = (a * a_factor + b * b_factor + offset) / 2^21, int8, each product rounded to a multiple of 2^-21.

   That is a sum or difference of quantised tensors wherever all pairs of values give the reference's results. */
#ifndef MF_BLEND_S8_CONTRACT_H
#define MF_BLEND_S8_CONTRACT_H

typedef struct {
  int32_t count;    /* elements */
  int32_t a_factor; /* in steps of 2^-29; so that no sum takes more than 32 bits */
  int32_t b_factor; /* the same of b */
  int32_t offset;   /* in steps of 2^-21 */
} mf_blend_s8_params;

/* Results are rounded down and clamped to int8. Four elements are read before they are written, in ascending order:
   `out` may be an operand. */
MF_ENTRY void mf_blend_s8(const int8_t *a, const int8_t *b, int8_t *out,
                          const MF_ROM mf_blend_s8_params *p);

#endif
