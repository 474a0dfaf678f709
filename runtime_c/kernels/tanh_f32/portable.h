/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* tanh_f32 in plain C. */
#ifndef MF_TANH_F32_PORTABLE_H
#define MF_TANH_F32_PORTABLE_H

#include <math.h>

MF_MAP_F32(tanh_f32, tanhf)

#endif
