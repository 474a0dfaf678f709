/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fft_odd_f32 in plain C. */
#ifndef MF_FFT_ODD_F32_PORTABLE_H
#define MF_FFT_ODD_F32_PORTABLE_H

MF_FFT_ODD(f32, float)

#endif
