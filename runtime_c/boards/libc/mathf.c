/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The mathematics that float kernels call, beside expf: computed in double precision, in software where a core
   has none, and rounded once. Off by less than 0.51 units in the last place; sqrtf, floorf and fmodf are exact. */
#include "math.h"

#include <stdint.h>
#include <string.h>

#define LN_2   0.693147180559945309417
#define PI_2_1 0x1.921FB54p+0        /* the first 27 bits of a quarter turn, */
#define PI_2_2 0x1.10B461p-30        /* the next 27, */
#define PI_2_3 5.721188726109832e-18 /* and the rest */
#define NAN_F  __builtin_nanf("")

/* The bits of 2 / pi behind the point. */
static const uint32_t two_over_pi[] = {0xA2F9836Eu, 0x4E441529u, 0xFC2757D1u, 0xF534DDC0u,
                                       0xDB629599u, 0x3C439041u, 0xFE5163ABu, 0xDEBBC561u};

static uint32_t bits_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static float from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static uint32_t size_bits(float x) { return bits_of(x) & 0x7FFFFFFFu; }

static int is_finite(float x) { return size_bits(x) < 0x7F800000u; }

/* 2^k, k: -1022 to 1023. */
static double power_of_two(int32_t k) {
  const uint64_t bits = (uint64_t)(uint32_t)(k + 1023) << 52;
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static int32_t nearest(double x) { return (int32_t)(x < 0 ? x - 0.5 : x + 0.5); }

/* exp(x) - 1 near 0: the Taylor series. */
static double expm1_near(double x) {
  double sum = 1.0;
  for (int n = 13; n > 1; n--) sum = 1.0 + sum * x / n;
  return sum * x;
}

/* exp(x) - 1 for |x| below 100. */
static double expm1_wide(double x) {
  const int32_t k = nearest(x / LN_2);
  if (k == 0) return expm1_near(x);
  return (expm1_near(x - k * LN_2) + 1.0) * power_of_two(k) - 1.0;
}

/* In double precision, but no better than 13 digits. What is below the smallest normal number is 0. */
double exp(double x) {
  if (x != x) return x;
  if (x > 709.0) return INFINITY;
  if (x < -708.0) return 0.0;
  const int32_t k = nearest(x / LN_2);
  return (expm1_near(x - k * LN_2) + 1.0) * power_of_two(k);
}

float expm1f(float x) {
  if (x != x || x == 0.0f) return x;
  if (x > 89.0f) return INFINITY;
  if (x < -20.0f) return -1.0f;
  return (float)expm1_wide(x);
}

float tanhf(float x) {
  if (x != x || x == 0.0f) return x;
  if (x > 10.0f) return 1.0f;
  if (x < -10.0f) return -1.0f;
  const double e = expm1_wide(2.0 * x);
  return (float)(e / (e + 2.0));
}

/* log(2^k * m) with m within a factor of sqrt(2) around 1: the series of artanh. */
float logf(float x) {
  if (x != x || x < 0.0f) return NAN_F;
  if (x == 0.0f) return -INFINITY;
  if (!is_finite(x)) return x;
  const int32_t subnormal = size_bits(x) < 0x800000u ? 23 : 0;
  const uint32_t bits = bits_of(subnormal ? x * 8388608.0f : x);
  const uint32_t offset = bits - 0x3F3504F3u; /* from the square root of one half */
  const int32_t k = (int32_t)(offset >> 23) - (offset >> 31 ? 512 : 0);
  const double m = from_bits(bits - (uint32_t)k * 0x800000u);
  const double s = (m - 1.0) / (m + 1.0);
  double sum = 0.0;
  for (int n = 15; n > 0; n -= 2) sum = sum * s * s + 1.0 / n;
  return (float)((k - subnormal) * LN_2 + 2.0 * s * sum);
}

/* x * 2 / pi, for x of 2^25 or more, as a fraction of a whole turn in units of 2^-64: the bits that whole
   turns take are left out of the product. */
static uint64_t turns(uint32_t bits) {
  const uint32_t mantissa = (bits & 0x7FFFFFu) | 0x800000u;
  const uint32_t first = (bits >> 23) - 127 - 23 - 2; /* bit of 2 / pi that begins the fraction */
  const uint32_t word = first / 32, shift = first % 32;
  uint32_t window[3];
  for (uint32_t i = 0; i < 3; i++) {
    const uint64_t pair = (uint64_t)two_over_pi[word + i] << 32 | two_over_pi[word + i + 1];
    window[i] = (uint32_t)(pair >> (32 - shift));
  }
  const uint64_t low = (uint64_t)window[2] * mantissa;
  const uint64_t middle = (uint64_t)window[1] * mantissa + (low >> 32);
  return (((uint64_t)window[0] * mantissa) << 32) + middle;
}

/* |x| less whole quarter turns, from -pi/4 to pi/4; `quarters` are those, 0 to 3. */
static double reduced(float x, uint32_t *quarters) {
  const uint32_t bits = size_bits(x);
  if (bits >= 0x4C000000u) { /* 2^25 */
    const uint64_t turn = turns(bits) + ((uint64_t)1 << 61);
    *quarters = (uint32_t)(turn >> 62);
    return ((double)(turn & 0x3FFFFFFFFFFFFFFFu) * 0x1p-62 - 0.5) * (PI_2_1 + PI_2_2);
  }
  const double size = from_bits(bits);
  const int32_t k = nearest(size / (PI_2_1 + PI_2_2));
  *quarters = (uint32_t)k & 3u;
  return ((size - k * PI_2_1) - k * PI_2_2) - k * PI_2_3;
}

/* The sum of x^n / n! with changing signs, n from `first` in steps of two: cos from 0, sin from 1. */
static double wave(double x, int first) {
  double sum = 1.0;
  for (int n = first + 14; n > first; n -= 2) sum = 1.0 - sum * x * x / (n * (n - 1));
  return first ? sum * x : sum;
}

float sinf(float x) {
  uint32_t quarters;
  if (!is_finite(x)) return NAN_F;
  if (x == 0.0f) return x;
  const double rest = reduced(x, &quarters);
  const double size = wave(rest, quarters & 1u ? 0 : 1);
  return (float)((quarters > 1) != (x < 0.0f) ? -size : size);
}

float cosf(float x) {
  uint32_t quarters;
  if (!is_finite(x)) return NAN_F;
  const double rest = reduced(x, &quarters);
  const double size = wave(rest, quarters & 1u ? 1 : 0);
  return (float)(quarters == 1 || quarters == 2 ? -size : size);
}

/* Bit by bit: `root` is the largest integer whose square is no more than the mantissa, then rounded. */
float sqrtf(float x) {
  if (x != x || x == 0.0f) return x;
  if (x < 0.0f) return NAN_F;
  if (!is_finite(x)) return x;
  const int subnormal = size_bits(x) < 0x800000u;
  const uint32_t bits = bits_of(subnormal ? x * 16777216.0f : x);
  const int32_t exponent = (int32_t)(bits >> 23) - 127;
  uint64_t rest = (uint64_t)((bits & 0x7FFFFFu) | 0x800000u) << (exponent & 1 ? 26 : 25);
  uint64_t root = 0;
  for (uint64_t bit = (uint64_t)1 << 24; bit; bit >>= 1) {
    const uint64_t square = ((root << 1) + bit) * bit;
    if (rest >= square) rest -= square, root += bit;
  }
  const int32_t half = (exponent - (exponent & 1)) / 2 - (subnormal ? 12 : 0);
  return from_bits((uint32_t)(half + 126) * 0x800000u + (uint32_t)((root + 1) >> 1));
}

/* Clears the bits behind the point; one more below zero, where some were set. */
float floorf(float x) {
  const uint32_t size = size_bits(x);
  if (size >= 0x4B000000u || size == 0) return x; /* 2^23, or no number */
  if (size < 0x3F800000u) return x < 0.0f ? -1.0f : 0.0f;
  const uint32_t behind = 0x7FFFFFu >> ((size >> 23) - 127);
  const float whole = from_bits(bits_of(x) & ~behind);
  return whole > x ? whole - 1.0f : whole;
}

/* The same in double precision. */
double floor(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint32_t exponent = (uint32_t)(bits >> 52) & 0x7FFu;
  if (exponent >= 1023 + 52 || x == 0.0) return x;
  if (exponent < 1023) return x < 0.0 ? -1.0 : 0.0;
  const uint64_t kept = bits & ~((((uint64_t)1 << 52) - 1u) >> (exponent - 1023));
  double whole;
  memcpy(&whole, &kept, sizeof whole);
  return whole > x ? whole - 1.0 : whole;
}

/* Long division: subtracts y times falling powers of two. */
float fmodf(float x, float y) {
  if (!is_finite(x) || y != y || y == 0.0f) return NAN_F;
  double rest = from_bits(size_bits(x));
  const double size = from_bits(size_bits(y));
  if (!is_finite(y) || rest < size) return x;
  for (int32_t k = 280; k >= 0; k--) {
    const double part = size * power_of_two(k);
    if (rest >= part) rest -= part;
  }
  return from_bits(bits_of((float)rest) | (bits_of(x) & 0x80000000u));
}
