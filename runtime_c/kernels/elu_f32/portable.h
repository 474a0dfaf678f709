/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* elu_f32 in plain C. */
#ifndef MF_ELU_F32_PORTABLE_H
#define MF_ELU_F32_PORTABLE_H

#include <math.h>

/* Without expm1f, Kahan's way: what exp loses in the difference, the logarithm makes good. */
MF_KERNEL float mf_elu_f32_expm1(float x) {
#if MF_HAS_EXPM1F
  return expm1f(x);
#else
  const float power = expf(x);
  const float difference = power - 1.0f;
  if (power == 1.0f) return x;
  return difference == -1.0f ? difference : difference * (x / logf(power));
#endif
}

MF_KERNEL float mf_elu_f32_one(float x) { return x < 0.0f ? mf_elu_f32_expm1(x) : x; }

MF_MAP_F32(elu_f32, mf_elu_f32_one)

#endif
