/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* sub_s32 in plain C. */
#ifndef MF_SUB_S32_PORTABLE_H
#define MF_SUB_S32_PORTABLE_H

MF_KERNEL int32_t mf_sub_s32_one(int32_t a, int32_t b, const MF_ROM mf_sub_s32_params *p) {
  const uint32_t difference = (uint32_t)a - (uint32_t)b;
  const uint32_t made = p->square ? difference * difference : difference;
  return mf_clamp((int32_t)made, p->out_min, p->out_max);
}

MF_BROADCAST(sub_s32, int32_t, int32_t)

#endif
