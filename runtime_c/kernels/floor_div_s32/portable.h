/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* floor_div_s32 in plain C. */
#ifndef MF_FLOOR_DIV_S32_PORTABLE_H
#define MF_FLOOR_DIV_S32_PORTABLE_H

MF_KERNEL int32_t mf_floor_div_s32_one(int32_t a, int32_t b,
                                       const MF_ROM mf_floor_div_s32_params *p) {
  (void)p;
  if (b == 0) return 0;
  if (b == -1) return (int32_t)(0u - (uint32_t)a);
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

MF_BROADCAST(floor_div_s32, int32_t, int32_t)

#endif
