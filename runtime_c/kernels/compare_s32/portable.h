/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* compare_s32 in plain C. */
#ifndef MF_COMPARE_S32_PORTABLE_H
#define MF_COMPARE_S32_PORTABLE_H

MF_KERNEL uint8_t mf_compare_s32_one(int32_t a, int32_t b, const MF_ROM mf_compare_s32_params *p) {
  return (uint8_t)((p->outcomes >> (1 - (a < b) + (a > b))) & 1);
}

MF_BROADCAST(compare_s32, int32_t, uint8_t)

#endif
