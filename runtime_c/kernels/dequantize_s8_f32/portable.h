/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* dequantize_s8_f32 in plain C. */
#ifndef MF_DEQUANTIZE_S8_F32_PORTABLE_H
#define MF_DEQUANTIZE_S8_F32_PORTABLE_H

MF_ENTRY void mf_dequantize_s8_f32(const void *in, float *out,
                                   const MF_ROM mf_dequantize_s8_f32_params *p) {
  const int8_t *x = (const int8_t *)in;
  const float scale = p->scale;
  const int32_t flip = p->in_flip, zero_point = p->zero_point;
  for (const int8_t *end = x + p->count; x != end; x++)
    *out++ = scale * (float)((*x ^ flip) - zero_point);
}

#endif
