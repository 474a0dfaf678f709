/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fft_odd_s32 in plain C. */
#ifndef MF_FFT_ODD_S32_PORTABLE_H
#define MF_FFT_ODD_S32_PORTABLE_H

MF_FFT_ODD(s32, int32_t)

#endif
