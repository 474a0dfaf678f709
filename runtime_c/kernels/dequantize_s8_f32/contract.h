/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* dequantize_s8_f32: out = scale * (in - zero point).

   A uint8 input is read as int8 by flipping its top bit, with a zero point less by 128. */
#ifndef MF_DEQUANTIZE_S8_F32_CONTRACT_H
#define MF_DEQUANTIZE_S8_F32_CONTRACT_H

typedef struct {
  int32_t count;      /* elements */
  float scale;        /* positive */
  int16_t zero_point; /* -128 to 127, of the flipped input */
  int8_t in_flip;     /* 0; -128 where the input is uint8 */
} mf_dequantize_s8_f32_params;

/* Computes the whole output in ascending order. */
MF_ENTRY void mf_dequantize_s8_f32(const void *in, float *out,
                                   const MF_ROM mf_dequantize_s8_f32_params *p);

#endif
