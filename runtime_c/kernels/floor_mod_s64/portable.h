/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* floor_mod_s64 in plain C. */
#ifndef MF_FLOOR_MOD_S64_PORTABLE_H
#define MF_FLOOR_MOD_S64_PORTABLE_H

MF_KERNEL int64_t mf_floor_mod_s64_one(int64_t a, int64_t b,
                                       const MF_ROM mf_floor_mod_s64_params *p) {
  /* Nothing is left by -1; said apart, for the quotient of the least number does not fit. */
  const int64_t rest = b == 0 || b == -1 ? 0 : a % b;
  (void)p;
  return rest != 0 && (b < 0) != (rest < 0) ? rest + b : rest;
}

MF_BROADCAST(floor_mod_s64, int64_t, int64_t)

#endif
