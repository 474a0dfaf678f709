/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* irfft_merge_f32 in plain C. */
#ifndef MF_IRFFT_MERGE_F32_PORTABLE_H
#define MF_IRFFT_MERGE_F32_PORTABLE_H

MF_IRFFT_MERGE(f32, float)

#endif
