/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* rfft_split_s32 in plain C. */
#ifndef MF_RFFT_SPLIT_S32_PORTABLE_H
#define MF_RFFT_SPLIT_S32_PORTABLE_H

MF_RFFT_SPLIT(s32, int32_t)

#endif
