/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* quantize_f32_s8 in plain C. */
#ifndef MF_QUANTIZE_F32_S8_PORTABLE_H
#define MF_QUANTIZE_F32_S8_PORTABLE_H

MF_ENTRY void mf_quantize_f32_s8(const float *in, int8_t *out,
                                 const MF_ROM mf_quantize_f32_s8_params *p) {
  const float scale = p->scale;
  const int32_t zero_point = p->zero_point;
  for (const float *end = in + p->count; in != end; in++)
    *out++ = (int8_t)mf_quantise(*in, scale, zero_point, INT8_MIN, INT8_MAX);
}

#endif
