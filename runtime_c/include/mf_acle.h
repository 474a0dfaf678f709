/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_acle.h: instructions of Arm's DSP extension as functions, elsewhere the same in C, and outputs made by them.
   Include mf_kernel.h first. */
#ifndef MF_ACLE_H
#define MF_ACLE_H

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
#define MF_DSP 1
#else
#define MF_DSP 0
#endif

/* A function that is nothing but instructions; it finds its parameters in registers. It begins at a word, since ADR
   counts from one: code for size may begin in the middle. */
#define MF_NAKED  MF_ENTRY MF_ALIGNED(4) __attribute__((naked))
#define MF_UNUSED __attribute__((unused))

/* A word holds two halves or four bytes, the lowest first in memory. These read and write at any address. */
MF_KERNEL uint32_t mf_load32(const void *from) {
  uint32_t word;
  memcpy(&word, from, sizeof word);
  return word;
}

MF_KERNEL void mf_store32(void *to, uint32_t word) { memcpy(to, &word, sizeof word); }

/* The halves of a word, signed, and a word of two. */
MF_KERNEL int32_t mf_low(uint32_t x) { return (int16_t)(uint16_t)x; }
MF_KERNEL int32_t mf_high(uint32_t x) { return (int16_t)(uint16_t)(x >> 16); }
MF_KERNEL uint32_t mf_halves(int32_t low, int32_t high) {
  return ((uint32_t)low & 0xffffu) | (uint32_t)high << 16;
}

/* Returns from a function of a, b and c what an instruction gives, or its value where the core has none. */
#if MF_DSP
#define MF_ONE(type, instruction, value)        \
  type result;                                  \
  __asm__(instruction : "=r"(result) : "r"(a)); \
  return result
#define MF_TWO(type, instruction, value)                \
  type result;                                          \
  __asm__(instruction : "=r"(result) : "r"(a), "r"(b)); \
  return result
#define MF_THREE(type, instruction, value)                      \
  type result;                                                  \
  __asm__(instruction : "=r"(result) : "r"(a), "r"(b), "r"(c)); \
  return result
#else
#define MF_ONE(type, instruction, value)   return value
#define MF_TWO(type, instruction, value)   return value
#define MF_THREE(type, instruction, value) return value
#endif

/* Bytes 0 and 2, or 1 and 3, with their signs as halves. */
MF_KERNEL uint32_t mf_sxtb16(uint32_t a) {
  MF_ONE(uint32_t, "sxtb16 %0, %1", mf_halves((int8_t)(uint8_t)a, (int8_t)(uint8_t)(a >> 16)));
}
MF_KERNEL uint32_t mf_sxtb16_ror8(uint32_t a) {
  MF_ONE(uint32_t, "sxtb16 %0, %1, ror #8",
         mf_halves((int8_t)(uint8_t)(a >> 8), (int8_t)(uint8_t)(a >> 24)));
}

/* The low half of a below the low half of b. */
MF_KERNEL uint32_t mf_pkhbt(uint32_t a, uint32_t b) {
  MF_TWO(uint32_t, "pkhbt %0, %1, %2, lsl #16", (a & 0xffffu) | b << 16);
}

/* Bytes swapped in both halves. */
MF_KERNEL uint32_t mf_rev16(uint32_t a) {
  MF_ONE(uint32_t, "rev16 %0, %1", (a & 0x00ff00ffu) << 8 | (a >> 8 & 0x00ff00ffu));
}

/* a with the lowest byte of b for its second. */
MF_KERNEL uint32_t mf_bfi8(uint32_t a, uint32_t b) {
#if MF_DSP
  __asm__("bfi %0, %1, #8, #8" : "+r"(a) : "r"(b));
  return a;
#else
  return (a & ~0xff00u) | (b & 0xffu) << 8;
#endif
}

/* The lowest bytes of four words as one, a's the lowest. */
MF_KERNEL uint32_t mf_bytes(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return mf_pkhbt(mf_bfi8(a, b), mf_bfi8(c, d));
}

/* The sums of the halves, each wrapping. */
MF_KERNEL uint32_t mf_sadd16(uint32_t a, uint32_t b) {
  MF_TWO(uint32_t, "sadd16 %0, %1, %2", mf_halves(mf_low(a) + mf_low(b), mf_high(a) + mf_high(b)));
}

/* The halves of b and bytes 0 and 2 of a, or 1 and 3, summed, each wrapping. */
MF_KERNEL uint32_t mf_sxtab16(uint32_t b, uint32_t a) {
  MF_TWO(uint32_t, "sxtab16 %0, %2, %1", mf_sadd16(b, mf_sxtb16(a)));
}
MF_KERNEL uint32_t mf_sxtab16_ror8(uint32_t b, uint32_t a) {
  MF_TWO(uint32_t, "sxtab16 %0, %2, %1, ror #8", mf_sadd16(b, mf_sxtb16_ror8(a)));
}

/* The larger ones of signed bytes, and the smaller ones. */
MF_KERNEL uint32_t mf_max8(uint32_t a, uint32_t b) {
#if MF_DSP
  uint32_t differences;
  __asm__("ssub8 %1, %0, %2\n\tsel %0, %0, %2" : "+r"(a), "=&r"(differences) : "r"(b) : "cc");
  return a;
#else
  uint32_t result = 0;
  for (int32_t at = 0; at < 32; at += 8) {
    const int8_t x = (int8_t)(uint8_t)(a >> at), y = (int8_t)(uint8_t)(b >> at);
    result |= (uint32_t)(uint8_t)(x > y ? x : y) << at;
  }
  return result;
#endif
}
MF_KERNEL uint32_t mf_min8(uint32_t a, uint32_t b) { return ~mf_max8(~a, ~b); }

/* c and the products of low with low and high with high half. Sums wrap. */
MF_KERNEL int32_t mf_smlad(uint32_t a, uint32_t b, int32_t c) {
  MF_THREE(int32_t, "smlad %0, %1, %2, %3",
           mf_wrapping_add(mf_wrapping_add(c, mf_low(a) * mf_low(b)), mf_high(a) * mf_high(b)));
}

/* The high word of ab, rounded to nearest, ties up, added to c. The sum wraps. */
MF_KERNEL int32_t mf_smmlar(int32_t a, int32_t b, int32_t c) {
  MF_THREE(int32_t, "smmlar %0, %1, %2, %3",
           mf_wrapping_add(c, (int32_t)(((int64_t)a * b + ((int64_t)1 << 31)) >> 32)));
}

/* a within -128 to 127; the same of a / 2, rounded down. */
MF_KERNEL int32_t mf_ssat8(int32_t a) {
  MF_ONE(int32_t, "ssat %0, #8, %1", a < -128 ? -128 : (a > 127 ? 127 : a));
}
MF_KERNEL int32_t mf_ssat8_half(int32_t a) {
  MF_ONE(int32_t, "ssat %0, #8, %1, asr #1", a < -256 ? -128 : (a > 255 ? 127 : a >> 1));
}

/* The int8 output of a sum, of which `twice` is the double: requantised, and clamped to int8 alone. `centre` is 2 z + 1
   for the zero point z, `shift` one less than the shift to the right: 0 to 22. The sum: -2^30 to 2^30 - 1.

   The high word of the product, rounded, is the reference's first rounding. Its second, with ties away from zero,
   rounds ties up once one is taken from what is below zero. The sum's sign stands for the number's own: they differ
   where the number is 0, which rounds to 0 either way. */
MF_KERNEL int8_t mf_twice_output(int32_t twice, int32_t multiplier, int32_t centre, int32_t shift) {
  const int32_t half = (int32_t)((uint32_t)centre << shift);
  return (int8_t)mf_ssat8_half(mf_smmlar(twice, multiplier, half + (twice >> 31)) >> shift);
}

#endif
