/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* floor_mod_f32 in plain C. */
#ifndef MF_FLOOR_MOD_F32_PORTABLE_H
#define MF_FLOOR_MOD_F32_PORTABLE_H

#include <math.h>

MF_KERNEL float mf_floor_mod_f32_one(float a, float b, const MF_ROM mf_floor_mod_f32_params *p) {
  const float rest = fmodf(a, b);
  (void)p;
  return rest != 0.0f && (b < 0.0f) != (rest < 0.0f) ? rest + b : rest;
}

MF_BROADCAST(floor_mod_f32, float, float)

#endif
