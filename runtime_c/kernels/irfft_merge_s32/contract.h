/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* irfft_merge_s32: the way back from the spectrum of real values to a complex transform, int32 in Q31. */
/* Needs mf_fft.h. */
#ifndef MF_IRFFT_MERGE_S32_CONTRACT_H
#define MF_IRFFT_MERGE_S32_CONTRACT_H

typedef struct {
  int32_t rows;                  /* transforms, one after the other */
  int32_t count;                 /* n, the complex values of a transform, 1 or more */
  int32_t stages;                /* stages of the transform, 1 or more */
  const MF_ROM int32_t *radices; /* [stages] */
  const MF_ROM int32_t *reaches; /* [stages] */
  const MF_ROM int32_t *roots;   /* [n / 2][2], what turns each value */
} mf_irfft_merge_s32_params;

/* Each n + 1 complex values of `in` make n of `out`, which lies apart from it, in the order that the stages want. */
MF_ENTRY void mf_irfft_merge_s32(const int32_t *in, int32_t *out,
                                 const MF_ROM mf_irfft_merge_s32_params *p);

#endif
