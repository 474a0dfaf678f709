/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* extremum_f32 in plain C. */
#ifndef MF_EXTREMUM_F32_PORTABLE_H
#define MF_EXTREMUM_F32_PORTABLE_H

MF_KERNEL float mf_extremum_f32_one(float a, float b, const MF_ROM mf_extremum_f32_params *p) {
  return (p->greatest ? a > b : a < b) ? a : b;
}

MF_BROADCAST(extremum_f32, float, float)

#endif
