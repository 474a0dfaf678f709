/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* pcan_u32: channels amplified by a function of the noise in each, then compressed, uint32 (PCAN, per-channel energy
   normalisation). */
/* Needs mf_pcan.h. */
#ifndef MF_PCAN_U32_CONTRACT_H
#define MF_PCAN_U32_CONTRACT_H

typedef struct {
  int32_t count; /* channels */
  int32_t shift; /* 0 to 63: of the product of channel and gain, to 12 fractional bits */
  const MF_ROM int16_t *
      gains; /* [125]: of 0, 1 and 2, then four numbers for each power of two, of which three make a parabola */
} mf_pcan_u32_params;

/* `out` may be `in`. */
MF_ENTRY void mf_pcan_u32(const uint32_t *in, const uint32_t *noise, uint32_t *out,
                          const MF_ROM mf_pcan_u32_params *p);

#endif
