/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* rfft_split_s16 in plain C. */
#ifndef MF_RFFT_SPLIT_S16_PORTABLE_H
#define MF_RFFT_SPLIT_S16_PORTABLE_H

MF_RFFT_SPLIT(s16, int16_t)

#endif
