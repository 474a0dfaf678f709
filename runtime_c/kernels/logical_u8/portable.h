/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* logical_u8 in plain C. */
#ifndef MF_LOGICAL_U8_PORTABLE_H
#define MF_LOGICAL_U8_PORTABLE_H

MF_KERNEL uint8_t mf_logical_u8_one(uint8_t a, uint8_t b, const MF_ROM mf_logical_u8_params *p) {
  return (uint8_t)((p->outcomes >> (2 * (a != 0) + (b != 0))) & 1);
}

MF_BROADCAST(logical_u8, uint8_t, uint8_t)

#endif
