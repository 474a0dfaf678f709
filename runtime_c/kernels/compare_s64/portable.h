/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* compare_s64 in plain C. */
#ifndef MF_COMPARE_S64_PORTABLE_H
#define MF_COMPARE_S64_PORTABLE_H

MF_KERNEL uint8_t mf_compare_s64_one(int64_t a, int64_t b, const MF_ROM mf_compare_s64_params *p) {
  return (uint8_t)((p->outcomes >> (1 - (a < b) + (a > b))) & 1);
}

MF_BROADCAST(compare_s64, int64_t, uint8_t)

#endif
