/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* div_f32 in plain C. */
#ifndef MF_DIV_F32_PORTABLE_H
#define MF_DIV_F32_PORTABLE_H

MF_KERNEL float mf_div_f32_one(float a, float b, const MF_ROM mf_div_f32_params *p) {
  return mf_clamp_f32(a / b, p->out_min, p->out_max);
}

MF_BROADCAST(div_f32, float, float)

#endif
