/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fft_odd_s16 in plain C. */
#ifndef MF_FFT_ODD_S16_PORTABLE_H
#define MF_FFT_ODD_S16_PORTABLE_H

MF_FFT_ODD(s16, int16_t)

#endif
