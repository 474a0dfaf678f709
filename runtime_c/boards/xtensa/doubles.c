/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Double precision in integers, for the mathematics of single precision: numbers that are finite, and none
   smaller than the least with a full mantissa, which become 0. Rounded to nearest, ties to even. */
#include <stdint.h>
#include <string.h>

#define SIGN     ((uint64_t)1 << 63)
#define INFINITE ((uint64_t)0x7FF << 52)
#define HIDDEN   ((uint64_t)1 << 52)

double __adddf3(double a, double b);
double __subdf3(double a, double b);
double __muldf3(double a, double b);
double __divdf3(double a, double b);
double __extendsfdf2(float x);
float __truncdfsf2(double x);
double __floatsidf(int32_t x);
double __floatunsidf(uint32_t x);
int32_t __fixdfsi(double x);

static uint64_t to_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static int32_t exponent_of(uint64_t bits) { return (int32_t)(bits >> 52 & 0x7FFu); }

static uint64_t mantissa_of(uint64_t bits) { return (bits & (HIDDEN - 1u)) | HIDDEN; }

/* x >> count; what is lost leaves a trace in bit 0. */
static uint64_t shifted(uint64_t x, int32_t count) {
  if (count > 63) return x != 0;
  return x >> count | ((x & (((uint64_t)1 << count) - 1u)) != 0);
}

/* x without its last `count` bits, rounded. */
static uint64_t without(uint64_t x, int32_t count) {
  const uint64_t kept = x >> count, half = (uint64_t)1 << (count - 1);
  const uint64_t rest = x & (2 * half - 1u);
  return kept + (rest > half || (rest == half && (kept & 1u)));
}

/* mantissa / 2^62 * 2^(exponent - 1023), rounded; the mantissa is not 0. */
static double rounded(uint64_t sign, int32_t exponent, uint64_t mantissa) {
  if (mantissa & SIGN) {
    mantissa = shifted(mantissa, 1);
    exponent++;
  }
  for (; mantissa < SIGN >> 1; mantissa <<= 1) exponent--;
  if (exponent <= 0) return from_bits(sign);
  if (exponent >= 0x7FF) return from_bits(sign | INFINITE);
  return from_bits(sign | (((uint64_t)(uint32_t)(exponent - 1) << 52) + without(mantissa, 10)));
}

/* Adds values that are not 0, |a| >= |b|. */
static double sum(uint64_t a, uint64_t b) {
  const uint64_t larger = mantissa_of(a) << 9;
  const uint64_t smaller = shifted(mantissa_of(b) << 9, exponent_of(a) - exponent_of(b));
  const uint64_t total = (a ^ b) & SIGN ? larger - smaller : larger + smaller;
  return total == 0 ? 0.0 : rounded(a & SIGN, exponent_of(a) + 1, total);
}

double __adddf3(double left, double right) {
  const uint64_t a = to_bits(left), b = to_bits(right);
  if ((b & ~SIGN) == 0) return (a & ~SIGN) == 0 ? from_bits(a & b) : left;
  if ((a & ~SIGN) == 0) return right;
  return (a & ~SIGN) >= (b & ~SIGN) ? sum(a, b) : sum(b, a);
}

double __subdf3(double left, double right) {
  return __adddf3(left, from_bits(to_bits(right) ^ SIGN));
}

/* The product's 106 bits are 2^32 * high + low, less what leaves a trace. */
double __muldf3(double left, double right) {
  const uint64_t a = to_bits(left), b = to_bits(right), sign = (a ^ b) & SIGN;
  if ((a & ~SIGN) == 0 || (b & ~SIGN) == 0) return from_bits(sign);
  const uint64_t x = mantissa_of(a), y = mantissa_of(b);
  const uint64_t x_high = x >> 32, x_low = x & 0xFFFFFFFFu;
  const uint64_t y_high = y >> 32, y_low = y & 0xFFFFFFFFu;
  const uint64_t low = x_low * y_low;
  const uint64_t first = x_high * y_low + (low >> 32);
  const uint64_t second = x_low * y_high + (first & 0xFFFFFFFFu);
  const uint64_t high = x_high * y_high + (first >> 32) + (second >> 32); /* bits from 64 on */
  const uint64_t rest = second << 32 | (low & 0xFFFFFFFFu);
  const uint64_t mantissa = high << 22 | shifted(rest, 42);
  return rounded(sign, exponent_of(a) + exponent_of(b) - 1023, mantissa);
}

double __divdf3(double left, double right) {
  const uint64_t a = to_bits(left), b = to_bits(right), sign = (a ^ b) & SIGN;
  if ((b & ~SIGN) == 0) return from_bits(sign | INFINITE);
  if ((a & ~SIGN) == 0) return from_bits(sign);
  const uint64_t divisor = mantissa_of(b);
  uint64_t rest = mantissa_of(a), quotient = 0;
  for (int i = 0; i < 63; i++, rest <<= 1) {
    quotient = quotient << 1 | (rest >= divisor);
    if (rest >= divisor) rest -= divisor;
  }
  return rounded(sign, exponent_of(a) - exponent_of(b) + 1023, quotient | (rest != 0));
}

double __extendsfdf2(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint64_t sign = (uint64_t)(bits >> 31) << 63;
  const int32_t exponent = (int32_t)(bits >> 23 & 0xFFu);
  const uint64_t fraction = bits & 0x7FFFFFu;
  if (exponent == 0 && fraction == 0) return from_bits(sign);
  if (exponent == 0) return rounded(sign, 1 - 127 + 1023, fraction << 39);
  return rounded(sign, exponent - 127 + 1023, (fraction | 0x800000u) << 39);
}

float __truncdfsf2(double x) {
  const uint64_t bits = to_bits(x);
  const int32_t exponent = exponent_of(bits) - 1023 + 127;
  uint32_t made = (uint32_t)(bits >> 63) << 31;
  if (exponent >= 255)
    made |= 0x7F800000u;
  else if (exponent > 0)
    made += ((uint32_t)(exponent - 1) << 23) + (uint32_t)without(mantissa_of(bits), 29);
  else if (exponent > -25)
    made += (uint32_t)without(mantissa_of(bits), 30 - exponent);
  float single;
  memcpy(&single, &made, sizeof single);
  return single;
}

double __floatunsidf(uint32_t x) { return x == 0 ? 0.0 : rounded(0, 1023 + 62, x); }

double __floatsidf(int32_t x) {
  if (x >= 0) return __floatunsidf((uint32_t)x);
  return rounded(SIGN, 1023 + 62, 0u - (uint32_t)x);
}

/* Towards 0, for values that fit. */
int32_t __fixdfsi(double x) {
  const uint64_t bits = to_bits(x);
  const int32_t exponent = exponent_of(bits) - 1023;
  if (exponent < 0) return 0;
  const uint32_t size = (uint32_t)(mantissa_of(bits) >> (52 - exponent));
  return bits & SIGN ? (int32_t)(0u - size) : (int32_t)size;
}
