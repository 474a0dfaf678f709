/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fft_s32 in plain C. */
#ifndef MF_FFT_S32_PORTABLE_H
#define MF_FFT_S32_PORTABLE_H

MF_FFT(s32, int32_t)

#endif
