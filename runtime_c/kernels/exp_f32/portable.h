/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* exp_f32 in plain C. */
#ifndef MF_EXP_F32_PORTABLE_H
#define MF_EXP_F32_PORTABLE_H

#include <math.h>

MF_MAP_F32(exp_f32, expf)

#endif
