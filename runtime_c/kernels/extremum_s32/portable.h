/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* extremum_s32 in plain C. */
#ifndef MF_EXTREMUM_S32_PORTABLE_H
#define MF_EXTREMUM_S32_PORTABLE_H

MF_KERNEL int32_t mf_extremum_s32_one(int32_t a, int32_t b,
                                      const MF_ROM mf_extremum_s32_params *p) {
  return (p->greatest ? a > b : a < b) ? a : b;
}

MF_BROADCAST(extremum_s32, int32_t, int32_t)

#endif
