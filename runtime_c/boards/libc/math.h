/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* math.h for compilers that come without a C library: what float kernels call. */
#ifndef MF_LIBC_MATH_H
#define MF_LIBC_MATH_H

#define INFINITY __builtin_inff()

float cosf(float x);
double exp(double x);
float expf(float x);
float expm1f(float x);
double floor(double x);
float floorf(float x);
float fmodf(float x, float y);
float logf(float x);
float sinf(float x);
float sqrtf(float x);
float tanhf(float x);

#endif
