/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* expf in integers, for cores without double precision: exp(x) = 2^y with y = x * log2(e), and 2^y is
   2^k times 2^f with 0 <= f < 1, a Taylor series. Off by less than 0.55 units in the last place. */
#include "math.h"

#include <stdint.h>
#include <string.h>

#define LOG2_E INT64_C(793129986396) /* Q39 */

/* ln(2)^n / n!, Q31, from n = 11 down to 0. */
static const uint32_t series[] = {1u,         15u,        219u,        2838u,
                                  32755u,     330788u,    2863360u,    20654775u,
                                  119194166u, 515882496u, 1488522236u, 2147483648u};

static float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* x * 2^32, for |x| < 2^7: a smaller x than 2^-40 counts as 0. */
static int64_t fixed(uint32_t bits) {
  const int32_t exponent = (int32_t)(bits >> 23 & 0xFFu) - 127 - 23 + 32;
  const int64_t mantissa = (int64_t)(bits & 0x7FFFFFu) + 0x800000;
  const int64_t value = exponent >= 0    ? mantissa << exponent
                        : exponent > -32 ? mantissa >> -exponent
                                         : 0;
  return bits >> 31 ? -value : value;
}

/* 2^(f / 2^32), Q31: 1 to 2. */
static uint64_t power(uint32_t f) {
  uint64_t sum = 0;
  for (uint32_t n = 0; n < sizeof series / sizeof *series; n++) sum = (sum * f >> 32) + series[n];
  return sum;
}

/* mantissa * 2^(k - 31), rounded to nearest. */
static float scaled(uint64_t mantissa, int32_t k) {
  const int32_t lost = k < -126 ? 8 - 126 - k : 8; /* bits that do not fit; more for a subnormal */
  const uint32_t kept = (uint32_t)((mantissa + ((uint64_t)1 << (lost - 1))) >> lost);
  return from_bits((uint32_t)(k < -126 ? 0 : k + 126) * 0x800000u + kept);
}

float expf(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return x;              /* NaN */
  if (bits < 0x80000000u && bits > 0x42B17217u) return INFINITY; /* above 88.722839 */
  if (bits > 0xC2D00000u) return 0.0f;                           /* below -104 */
  const int64_t wide = fixed(bits);
  const int64_t high = (wide >> 16) * LOG2_E, low = (wide & 0xFFFF) * LOG2_E;
  const int64_t y = (high >> 23) + (low >> 39); /* Q32 */
  return scaled(power((uint32_t)y), (int32_t)(y >> 32));
}
