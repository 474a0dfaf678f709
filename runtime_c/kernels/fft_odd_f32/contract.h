/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fft_odd_f32: a stage of fast Fourier transforms, float32: of radix 3 or 5, in place. */
/* Needs mf_fft.h. */
#ifndef MF_FFT_ODD_F32_CONTRACT_H
#define MF_FFT_ODD_F32_CONTRACT_H

typedef struct {
  int32_t rows;              /* transforms, one after the other */
  int32_t row;               /* elements from a transform to the next */
  int32_t radix;             /* 3 or 5 */
  int32_t reach;             /* complex values from one of a transform to the next, 1 or more */
  int32_t blocks;            /* how often radix * reach complex values, 1 or more */
  const MF_ROM float *roots; /* [radix * reach * blocks][2], the roots of unity */
} mf_fft_odd_f32_params;

/* As fft_f32. */
MF_ENTRY void mf_fft_odd_f32(float *out, const MF_ROM mf_fft_odd_f32_params *p);

#endif
