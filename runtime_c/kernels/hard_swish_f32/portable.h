/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* hard_swish_f32 in plain C. */
#ifndef MF_HARD_SWISH_F32_PORTABLE_H
#define MF_HARD_SWISH_F32_PORTABLE_H

MF_KERNEL float mf_hard_swish_f32_one(float x) {
  const float gate = x + 3.0f > 0.0f ? x + 3.0f : 0.0f;
  return x * (gate < 6.0f ? gate : 6.0f) / 6.0f;
}

MF_MAP_F32(hard_swish_f32, mf_hard_swish_f32_one)

#endif
