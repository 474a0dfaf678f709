/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* floor_div_f32 in plain C. */
#ifndef MF_FLOOR_DIV_F32_PORTABLE_H
#define MF_FLOOR_DIV_F32_PORTABLE_H

#include <math.h>

MF_KERNEL float mf_floor_div_f32_one(float a, float b, const MF_ROM mf_floor_div_f32_params *p) {
  (void)p;
  return (float)floor((double)a / (double)b);
}

MF_BROADCAST(floor_div_f32, float, float)

#endif
