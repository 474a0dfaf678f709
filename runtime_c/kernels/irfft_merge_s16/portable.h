/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* irfft_merge_s16 in plain C. */
#ifndef MF_IRFFT_MERGE_S16_PORTABLE_H
#define MF_IRFFT_MERGE_S16_PORTABLE_H

MF_IRFFT_MERGE(s16, int16_t)

#endif
