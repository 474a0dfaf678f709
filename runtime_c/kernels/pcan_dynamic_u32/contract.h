/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* pcan_dynamic_u32: pcan_u32 with gains that are computed at run time. */
/* Needs mf_pcan.h. */
#ifndef MF_PCAN_DYNAMIC_U32_CONTRACT_H
#define MF_PCAN_DYNAMIC_U32_CONTRACT_H

typedef struct {
  int32_t count; /* channels */
  int32_t shift; /* 0 to 63: of the product of channel and gain, to 12 fractional bits */
} mf_pcan_dynamic_u32_params;

/* `gains` are the 125 or more of pcan_u32. `out` may be `in`. */
MF_ENTRY void mf_pcan_dynamic_u32(const uint32_t *in, const uint32_t *noise, const int16_t *gains,
                                  uint32_t *out, const MF_ROM mf_pcan_dynamic_u32_params *p);

#endif
