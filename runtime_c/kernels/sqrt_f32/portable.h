/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* sqrt_f32 in plain C. */
#ifndef MF_SQRT_F32_PORTABLE_H
#define MF_SQRT_F32_PORTABLE_H

#include <math.h>

MF_ENTRY void mf_sqrt_f32(const float *in, float *out, const MF_ROM mf_sqrt_f32_params *p) {
  for (int32_t i = 0; i < p->count; i++) {
    const float root = sqrtf(in[i]);
    out[i] = p->reciprocal ? 1.0f / root : root;
  }
}

#endif
