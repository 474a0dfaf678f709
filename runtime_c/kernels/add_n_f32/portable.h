/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* add_n_f32 in plain C. */
#ifndef MF_ADD_N_F32_PORTABLE_H
#define MF_ADD_N_F32_PORTABLE_H

MF_ENTRY void mf_add_n_f32(const float *a, const float *b, float *out,
                           const MF_ROM mf_add_n_f32_params *p) {
  for (int32_t i = 0; i < p->count; i++) out[i] = 0.0f + a[i] + b[i];
}

#endif
