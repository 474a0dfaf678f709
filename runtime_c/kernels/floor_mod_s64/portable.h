/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* floor_mod_s64 in plain C. */
#ifndef MF_FLOOR_MOD_S64_PORTABLE_H
#define MF_FLOOR_MOD_S64_PORTABLE_H

MF_KERNEL int64_t mf_floor_mod_s64_one(int64_t a, int64_t b,
                                       const MF_ROM mf_floor_mod_s64_params *p) {
  uint64_t size = 0;
  (void)p;
  if (b != 0) mf_divide_u64(mf_magnitude_s64(a), mf_magnitude_s64(b), &size);
  const int64_t rest = (int64_t)(a < 0 ? 0u - size : size);
  return rest != 0 && (b < 0) != (rest < 0) ? rest + b : rest;
}

MF_BROADCAST(floor_mod_s64, int64_t, int64_t)

#endif
