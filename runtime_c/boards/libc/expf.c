/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* expf in double arithmetic: exp(x) = 2^k * exp(r) with |r| <= ln(2) / 2, and a Taylor series for exp(r). */
#include "math.h"

#include <stdint.h>
#include <string.h>

#define LN2   0.69314718055994530942
#define TERMS 10

static double power_of_two(int32_t k) {
  const uint64_t bits = (uint64_t)(k + 1023) << 52;
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

float expf(float x) {
  if (x != x) return x;
  if (x > 89.0f) return INFINITY;
  if (x < -104.0f) return 0.0f;
  const double steps = (double)x * (1.0 / LN2);
  const int32_t k = (int32_t)(steps < 0 ? steps - 0.5 : steps + 0.5);
  const double r = (double)x - k * LN2;
  double sum = 1.0;
  for (int32_t n = TERMS; n > 0; n--) sum = 1.0 + sum * r / n;
  return (float)(sum * power_of_two(k));
}
