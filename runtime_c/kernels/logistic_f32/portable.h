/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* logistic_f32 in plain C. */
#ifndef MF_LOGISTIC_F32_PORTABLE_H
#define MF_LOGISTIC_F32_PORTABLE_H

#include <math.h>

/* Above this input the result rounds to 1; below -9, 1 + exp(-x) rounds to exp(-x). */
#define MF_LOGISTIC_F32_UPPER 16.619047164916992188f
#define MF_LOGISTIC_F32_LOWER -9.0f

MF_KERNEL float mf_logistic_f32_one(float x) {
  if (x > MF_LOGISTIC_F32_UPPER) return 1.0f;
  if (x < MF_LOGISTIC_F32_LOWER) return expf(x);
  return 1.0f / (1.0f + expf(-x));
}

MF_MAP_F32(logistic_f32, mf_logistic_f32_one)

#endif
