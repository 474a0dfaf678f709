/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* math.h for compilers that come without a C library: what float kernels call. */
#ifndef MF_LIBC_MATH_H
#define MF_LIBC_MATH_H

#define INFINITY __builtin_inff()

float expf(float x);

#endif
