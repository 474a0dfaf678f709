/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* sin_f32 in plain C. */
#ifndef MF_SIN_F32_PORTABLE_H
#define MF_SIN_F32_PORTABLE_H

#include <math.h>

MF_MAP_F32(sin_f32, sinf)

#endif
