/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* log_f32 in plain C. */
#ifndef MF_LOG_F32_PORTABLE_H
#define MF_LOG_F32_PORTABLE_H

#include <math.h>

MF_MAP_F32(log_f32, logf)

#endif
