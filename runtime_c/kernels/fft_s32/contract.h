/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fft_s32: a stage of fast Fourier transforms, int32 in Q31: of radix 2 or 4, in place. */
/* Needs mf_fft.h. */
#ifndef MF_FFT_S32_CONTRACT_H
#define MF_FFT_S32_CONTRACT_H

typedef struct {
  int32_t rows;                /* transforms, one after the other */
  int32_t row;                 /* elements from a transform to the next */
  int32_t radix;               /* 2 or 4 */
  int32_t reach;               /* complex values from one of a transform to the next, 1 or more */
  int32_t blocks;              /* how often radix * reach complex values, 1 or more */
  int32_t inverse;             /* 1: back from the spectrum; 0: to it */
  const MF_ROM int32_t *roots; /* [radix * reach * blocks][2], the roots of unity */
} mf_fft_s32_params;

/* `out` holds complex values, real and imaginary parts in turn, which are divided by the radix. */
MF_ENTRY void mf_fft_s32(int32_t *out, const MF_ROM mf_fft_s32_params *p);

#endif
