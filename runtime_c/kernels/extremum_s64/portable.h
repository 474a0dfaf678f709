/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* extremum_s64 in plain C. */
#ifndef MF_EXTREMUM_S64_PORTABLE_H
#define MF_EXTREMUM_S64_PORTABLE_H

MF_KERNEL int64_t mf_extremum_s64_one(int64_t a, int64_t b,
                                      const MF_ROM mf_extremum_s64_params *p) {
  return (p->greatest ? a > b : a < b) ? a : b;
}

MF_BROADCAST(extremum_s64, int64_t, int64_t)

#endif
