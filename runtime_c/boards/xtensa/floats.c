/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Single precision in integers: what libgcc leaves to the ESP8266's mask ROM, as IEEE 754 has it, rounded
   to nearest, ties to even. Values are handled as their bits. */
#include <stdint.h>
#include <string.h>

#define SIGN      0x80000000u
#define INFINITE  0x7F800000u
#define QUIET_NAN 0x7FC00000u

float __addsf3(float a, float b);
float __subsf3(float a, float b);
float __mulsf3(float a, float b);
float __floatsisf(int32_t x);
float __floatunsisf(uint32_t x);
uint32_t __fixunssfsi(float x);

/* A finite value other than 0: mantissa / 2^23 * 2^(exponent - 127), with the mantissa's bit 23 set. */
typedef struct {
  int32_t exponent;
  uint32_t mantissa;
} parts;

static uint32_t to_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static float from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static parts split(uint32_t bits) {
  parts p = {(int32_t)(bits >> 23 & 0xFFu), bits & 0x7FFFFFu};
  if (p.exponent > 0) p.mantissa |= 0x800000u;
  if (p.exponent == 0) p.exponent = 1;
  for (; p.mantissa < 0x800000u; p.mantissa <<= 1) p.exponent--;
  return p;
}

/* x >> count; what is lost leaves a trace in bit 0. */
static uint32_t shifted(uint32_t x, int32_t count) {
  if (count > 31) return x != 0;
  return x >> count | ((x & (((uint32_t)1 << count) - 1u)) != 0);
}

/* mantissa / 2^31 * 2^(exponent - 127), rounded; the mantissa is not 0. */
static float rounded(uint32_t sign, int32_t exponent, uint32_t mantissa) {
  for (; mantissa < SIGN; mantissa <<= 1) exponent--;
  if (exponent >= 255) return from_bits(sign | INFINITE);
  if (exponent <= 0) {
    mantissa = shifted(mantissa, 1 - exponent);
    exponent = 1;
    if (mantissa < SIGN) exponent = 0; /* subnormal: the exponent's field is that of 1, less one */
  }
  const uint32_t kept = mantissa >> 8, rest = mantissa & 0xFFu;
  const uint32_t up = rest > 0x80u || (rest == 0x80u && (kept & 1u));
  const uint32_t field = exponent > 0 ? (uint32_t)exponent - 1u : 0u;
  return from_bits(sign | ((field << 23) + kept + up));
}

/* Adds finite values that are not 0, |a| >= |b|. */
static float sum(uint32_t a, uint32_t b) {
  const parts x = split(a), y = split(b);
  const uint32_t larger = x.mantissa << 7;
  const uint32_t smaller = shifted(y.mantissa << 7, x.exponent - y.exponent);
  const uint32_t total = (a ^ b) & SIGN ? larger - smaller : larger + smaller;
  return total == 0 ? 0.0f : rounded(a & SIGN, x.exponent + 1, total);
}

float __addsf3(float left, float right) {
  const uint32_t a = to_bits(left), b = to_bits(right);
  const uint32_t size_a = a & ~SIGN, size_b = b & ~SIGN;
  if (size_a > INFINITE || size_b > INFINITE) return from_bits(QUIET_NAN);
  if (size_a == INFINITE && size_b == INFINITE && a != b) return from_bits(QUIET_NAN);
  if (size_a == INFINITE || size_b == INFINITE) return size_a == INFINITE ? left : right;
  if (size_b == 0) return size_a == 0 ? from_bits(a & b) : left;
  if (size_a == 0) return right;
  return size_a >= size_b ? sum(a, b) : sum(b, a);
}

float __subsf3(float left, float right) { return __addsf3(left, from_bits(to_bits(right) ^ SIGN)); }

float __mulsf3(float left, float right) {
  const uint32_t a = to_bits(left), b = to_bits(right);
  const uint32_t size_a = a & ~SIGN, size_b = b & ~SIGN, sign = (a ^ b) & SIGN;
  if (size_a > INFINITE || size_b > INFINITE) return from_bits(QUIET_NAN);
  if (size_a == INFINITE || size_b == INFINITE)
    return from_bits(size_a == 0 || size_b == 0 ? QUIET_NAN : sign | INFINITE);
  if (size_a == 0 || size_b == 0) return from_bits(sign);
  const parts x = split(a), y = split(b);
  const uint64_t product = (uint64_t)x.mantissa * y.mantissa; /* 46 bits behind the point */
  const uint32_t kept = (uint32_t)(product >> 16) | ((product & 0xFFFFu) != 0);
  return rounded(sign, x.exponent + y.exponent - 127 + 1, kept);
}

float __floatunsisf(uint32_t x) { return x == 0 ? 0.0f : rounded(0, 127 + 31, x); }

/* Of values from 0 to the largest integer, the rest is cut off. */
uint32_t __fixunssfsi(float x) {
  const float half = 2147483648.0f;
  return x < half ? (uint32_t)(int32_t)x : (uint32_t)(int32_t)(x - half) + SIGN;
}

float __floatsisf(int32_t x) {
  if (x >= 0) return __floatunsisf((uint32_t)x);
  return rounded(SIGN, 127 + 31, 0u - (uint32_t)x);
}
