/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* divide_f32 in plain C. */
#ifndef MF_DIVIDE_F32_PORTABLE_H
#define MF_DIVIDE_F32_PORTABLE_H

MF_ENTRY void mf_divide_f32(float *out, const MF_ROM mf_divide_f32_params *p) {
  for (int32_t i = 0; i < p->count; i++) out[i] /= p->divisor;
}

#endif
