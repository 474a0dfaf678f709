/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* irfft_merge_s32 in plain C. */
#ifndef MF_IRFFT_MERGE_S32_PORTABLE_H
#define MF_IRFFT_MERGE_S32_PORTABLE_H

MF_IRFFT_MERGE(s32, int32_t)

#endif
