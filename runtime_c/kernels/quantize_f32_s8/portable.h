/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* quantize_f32_s8 in plain C. */
#ifndef MF_QUANTIZE_F32_S8_PORTABLE_H
#define MF_QUANTIZE_F32_S8_PORTABLE_H

MF_ENTRY void mf_quantize_f32_s8(const float *in, int8_t *out,
                                 const MF_ROM mf_quantize_f32_s8_params *p) {
  for (int32_t i = 0; i < p->count; i++)
    out[i] = (int8_t)mf_quantise(in[i], p->scale, p->zero_point, INT8_MIN, INT8_MAX);
}

#endif
