/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* rfft_split_s32: the spectrum of twice as many real values from a complex transform, int32 in Q31, in place. */
/* Needs mf_fft.h. */
#ifndef MF_RFFT_SPLIT_S32_CONTRACT_H
#define MF_RFFT_SPLIT_S32_CONTRACT_H

typedef struct {
  int32_t rows;                /* transforms, one after the other */
  int32_t count;               /* n, the complex values of a transform, 1 or more */
  const MF_ROM int32_t *roots; /* [n / 2][2], what turns each value */
} mf_rfft_split_s32_params;

/* Of each n + 1 complex values in `out`, the first n hold the transform of 2n real ones, taken in pairs for complex
   ones, with stages that divide. All hold the spectrum afterwards, divided by 2n. */
MF_ENTRY void mf_rfft_split_s32(int32_t *out, const MF_ROM mf_rfft_split_s32_params *p);

#endif
