/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* floor_mod_s32 in plain C. */
#ifndef MF_FLOOR_MOD_S32_PORTABLE_H
#define MF_FLOOR_MOD_S32_PORTABLE_H

MF_KERNEL int32_t mf_floor_mod_s32_one(int32_t a, int32_t b,
                                       const MF_ROM mf_floor_mod_s32_params *p) {
  /* Nothing is left by -1; said apart, for the quotient of the least number does not fit. */
  const int32_t rest = b == 0 || b == -1 ? 0 : a % b;
  (void)p;
  return rest != 0 && (b < 0) != (rest < 0) ? rest + b : rest;
}

MF_BROADCAST(floor_mod_s32, int32_t, int32_t)

#endif
