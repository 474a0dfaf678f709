/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* compare_f32 in plain C. */
#ifndef MF_COMPARE_F32_PORTABLE_H
#define MF_COMPARE_F32_PORTABLE_H

MF_KERNEL uint8_t mf_compare_f32_one(float a, float b, const MF_ROM mf_compare_f32_params *p) {
  const int relation = a < b ? 0 : a == b ? 1 : a > b ? 2 : 3;
  return (uint8_t)((p->outcomes >> relation) & 1);
}

MF_BROADCAST(compare_f32, float, uint8_t)

#endif
