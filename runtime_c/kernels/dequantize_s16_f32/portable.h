/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* dequantize_s16_f32 in plain C. */
#ifndef MF_DEQUANTIZE_S16_F32_PORTABLE_H
#define MF_DEQUANTIZE_S16_F32_PORTABLE_H

MF_ENTRY void mf_dequantize_s16_f32(const int16_t *in, float *out,
                                    const MF_ROM mf_dequantize_s16_f32_params *p) {
  for (int32_t i = 0; i < p->count; i++)
    out[i] = p->scale * (float)((int32_t)in[i] - p->zero_point);
}

#endif
