/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* dequantize_s16_f32: out = scale * (in - zero point). */
#ifndef MF_DEQUANTIZE_S16_F32_CONTRACT_H
#define MF_DEQUANTIZE_S16_F32_CONTRACT_H

typedef struct {
  int32_t count;      /* elements */
  float scale;        /* positive */
  int32_t zero_point; /* -32768 to 32767 */
} mf_dequantize_s16_f32_params;

/* Computes the whole output in ascending order. */
MF_ENTRY void mf_dequantize_s16_f32(const int16_t *in, float *out,
                                    const MF_ROM mf_dequantize_s16_f32_params *p);

#endif
