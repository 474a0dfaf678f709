/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* sub_f32 in plain C. */
#ifndef MF_SUB_F32_PORTABLE_H
#define MF_SUB_F32_PORTABLE_H

MF_KERNEL float mf_sub_f32_one(float a, float b, const MF_ROM mf_sub_f32_params *p) {
  const float difference = a - b;
  return mf_clamp_f32(p->square ? difference * difference : difference, p->out_min, p->out_max);
}

MF_BROADCAST(sub_f32, float, float)

#endif
