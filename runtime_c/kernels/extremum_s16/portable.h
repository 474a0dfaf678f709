/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* extremum_s16 in plain C. */
#ifndef MF_EXTREMUM_S16_PORTABLE_H
#define MF_EXTREMUM_S16_PORTABLE_H

MF_KERNEL int16_t mf_extremum_s16_one(int16_t a, int16_t b,
                                      const MF_ROM mf_extremum_s16_params *p) {
  return (p->greatest ? a > b : a < b) ? a : b;
}

MF_BROADCAST(extremum_s16, int16_t, int16_t)

#endif
