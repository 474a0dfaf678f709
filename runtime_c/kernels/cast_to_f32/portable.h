/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cast_to_f32 in plain C. */
#ifndef MF_CAST_TO_F32_PORTABLE_H
#define MF_CAST_TO_F32_PORTABLE_H

MF_ENTRY void mf_cast_to_f32(const void *in, float *out, const MF_ROM mf_cast_to_f32_params *p) {
  for (int32_t i = 0; i < p->count; i++) {
    const uint32_t value = mf_load(in, i, p->in_bytes, p->in_signed);
    out[i] = p->in_signed ? (float)(int32_t)value : (float)value;
  }
}

#endif
