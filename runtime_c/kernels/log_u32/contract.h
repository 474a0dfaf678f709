/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* log_u32: natural logarithms, uint32 to int16, within 0 to 32767. */
#ifndef MF_LOG_U32_CONTRACT_H
#define MF_LOG_U32_CONTRACT_H

typedef struct {
  int32_t count;                /* elements */
  int32_t bits;                 /* 0 to 31: the inputs are shifted to the left by these first */
  uint32_t scale;               /* of the logarithms */
  const MF_ROM uint16_t *bends; /* [129]: log2(1 + x) - x for x = i / 128, in steps of 2^-16 */
} mf_log_u32_params;

/* 0 and 1 make 0. Numbers wrap, as the reference's do. */
MF_ENTRY void mf_log_u32(const uint32_t *in, int16_t *out, const MF_ROM mf_log_u32_params *p);

#endif
