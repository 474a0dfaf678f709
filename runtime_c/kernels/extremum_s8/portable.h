/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* extremum_s8 in plain C. */
#ifndef MF_EXTREMUM_S8_PORTABLE_H
#define MF_EXTREMUM_S8_PORTABLE_H

MF_KERNEL int8_t mf_extremum_s8_one(int8_t a, int8_t b, const MF_ROM mf_extremum_s8_params *p) {
  return (p->greatest ? a > b : a < b) ? a : b;
}

MF_BROADCAST(extremum_s8, int8_t, int8_t)

#endif
