/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* quantize_f32_s8: out = in / scale + zero point, to nearest, ties away from zero, saturating.

   NaN becomes the least value. */
#ifndef MF_QUANTIZE_F32_S8_CONTRACT_H
#define MF_QUANTIZE_F32_S8_CONTRACT_H

typedef struct {
  int32_t count;      /* elements */
  float scale;        /* positive */
  int16_t zero_point; /* -128 to 127 */
} mf_quantize_f32_s8_params;

/* Computes the whole output in ascending order. */
MF_ENTRY void mf_quantize_f32_s8(const float *in, int8_t *out,
                                 const MF_ROM mf_quantize_f32_s8_params *p);

#endif
