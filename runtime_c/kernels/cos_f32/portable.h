/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cos_f32 in plain C. */
#ifndef MF_COS_F32_PORTABLE_H
#define MF_COS_F32_PORTABLE_H

#include <math.h>

MF_MAP_F32(cos_f32, cosf)

#endif
