/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fft_odd_s16: a stage of fast Fourier transforms, int16 in Q15: of radix 3 or 5, in place. */
/* Needs mf_fft.h. */
#ifndef MF_FFT_ODD_S16_CONTRACT_H
#define MF_FFT_ODD_S16_CONTRACT_H

typedef struct {
  int32_t rows;                /* transforms, one after the other */
  int32_t row;                 /* elements from a transform to the next */
  int32_t radix;               /* 3 or 5 */
  int32_t reach;               /* complex values from one of a transform to the next, 1 or more */
  int32_t blocks;              /* how often radix * reach complex values, 1 or more */
  const MF_ROM int16_t *roots; /* [radix * reach * blocks][2], the roots of unity */
} mf_fft_odd_s16_params;

/* As fft_s16. */
MF_ENTRY void mf_fft_odd_s16(int16_t *out, const MF_ROM mf_fft_odd_s16_params *p);

#endif
