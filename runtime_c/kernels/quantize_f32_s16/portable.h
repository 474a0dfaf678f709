/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* quantize_f32_s16 in plain C. */
#ifndef MF_QUANTIZE_F32_S16_PORTABLE_H
#define MF_QUANTIZE_F32_S16_PORTABLE_H

MF_ENTRY void mf_quantize_f32_s16(const float *in, int16_t *out,
                                  const MF_ROM mf_quantize_f32_s16_params *p) {
  for (int32_t i = 0; i < p->count; i++)
    out[i] = (int16_t)mf_quantise(in[i], p->scale, p->zero_point, INT16_MIN, INT16_MAX);
}

#endif
