/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* rfft_split_f32 in plain C. */
#ifndef MF_RFFT_SPLIT_F32_PORTABLE_H
#define MF_RFFT_SPLIT_F32_PORTABLE_H

MF_RFFT_SPLIT(f32, float)

#endif
