/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_mve.h: what kernels for Arm's vector extension MVE share: text of instructions for their inline assembly.
   Only variants for MVE include it. */
#ifndef MF_MVE_H
#define MF_MVE_H

#include <arm_mve.h>

/* clang-format off */

/* Sums in vector q, bias included, times multiplier m, shifted to the right by e: the result is in vector t.
   Registers m and e hold the multiplier and the negative shift.

   The first is exact for shifts to the right by 1 to 31; t is not q. The second rounds ties of negative sums up:
   it is exact, for 0 to 31, where what is below zero becomes zero afterwards; t may be q. In the third, multipliers
   and shifts are vectors, a value a lane; it is exact as the first, and changes q. */
#define MF_MVE_SCALE(t, q, m, e)                                                                        \
  "vshr.s32 " t ", " q ", #31; vqrdmlah.s32 " t ", " q ", " m "; vrshl.s32 " t ", " e "; "
#define MF_MVE_SCALE_RELU(t, q, m, e)                                                                   \
  "vqrdmulh.s32 " t ", " q ", " m "; vrshl.s32 " t ", " e "; "
#define MF_MVE_SCALE_LANES(t, q, m, e)                                                                  \
  "vqrdmulh.s32 " t ", " q ", " m "; vshr.s32 " q ", " q ", #31; vadd.i32 " t ", " t ", " q "; "        \
  "vrshl.s32 " t ", " t ", " e "; "

/* Bytes of values: a holds those of channels 0 and 2 of four pixels as halves that take turns, b those of 1
   and 3; a gets the four bytes of each pixel. Register `zero` holds the zero point, by which they are moved. The
   second is for a zero point of -128, where all below it becomes it. */
#define MF_MVE_BYTES(a, b, zero)                                                                        \
  "vqadd.s16 " a ", " a ", " zero "; vqadd.s16 " b ", " b ", " zero "; "                                \
  "vqmovnb.s16 " a ", " a "; vqmovnt.s16 " a ", " b "; "
#define MF_MVE_BYTES_RELU(a, b, zero)                                                                   \
  "vqmovunb.s16 " a ", " a "; vqmovunt.s16 " a ", " b "; vadd.i8 " a ", " a ", " zero "; "

/* Keeps the bytes in vector a to the two words at register `limits`: the least and the greatest, four times
   each. Changes r0, r2 and vector t. */
#define MF_MVE_CLAMP(a, t, limits)                                                                      \
  "ldrd r0, r2, [" limits "]; vdup.32 " t ", r0; vmax.s8 " a ", " a ", " t "; "                         \
  "vdup.32 " t ", r2; vmin.s8 " a ", " a ", " t "; "

/* clang-format on */

/* Sums, bias included, times multipliers, shifted to the right by 1 to 31: `shift` holds the negative shifts. */
MF_KERNEL int32x4_t mf_mve_scaled(int32x4_t sum, int32x4_t multiplier, int32x4_t shift) {
  return vrshlq_s32(vaddq_s32(vqrdmulhq_s32(sum, multiplier), vshrq_n_s32(sum, 31)), shift);
}

/* A number in every lane. */
MF_KERNEL int32x4_t mf_mve_words(int32_t x) { return vdupq_n_s32(x); }
MF_KERNEL int8x16_t mf_mve_bytes(int32_t x) { return vdupq_n_s8((int8_t)x); }
MF_KERNEL int16x8_t mf_mve_halves(int32_t x) { return vdupq_n_s16((int16_t)x); }

/* Eight halves as words. */
MF_KERNEL void mf_mve_widen(int16x8_t halves, int32_t *words) {
  int16_t each[8];
  vst1q_s16(each, halves);
  vst1q_s32(words, vldrhq_s32(each));
  vst1q_s32(words + 4, vldrhq_s32(each + 4));
}

/* The most pixels whose bytes' sums are halves. */
#define MF_MVE_PIXELS 256

/* Adds the bytes of n pixels, 1 or more, `stride` apart, of up to eight channels; halves hold no more than
   MF_MVE_PIXELS of them. */
MF_KERNEL int16x8_t mf_mve_add_pixels(int16x8_t sum, const int8_t *x, int32_t n, int32_t stride,
                                      int32_t channels) {
  __asm__ volatile(
      "vctp.16 %[channels]; dls lr, %[n]\n"
      "1: vpst; vldrbt.s16 q0, [%[x]]; vadd.i16 %q[sum], %q[sum], q0; add %[x], %[stride]\n"
      "le lr, 1b\n"
      : [x] "+l"(x), [sum] "+w"(sum)
      : [n] "r"(n), [stride] "r"(stride), [channels] "r"(channels)
      : "lr", "q0", "memory");
  return sum;
}

/* Adds n pixels to the sums of their channels. */
MF_INNER void mf_mve_sum_channels(const int8_t *x, int32_t n, int32_t channels, int32_t *sums) {
  for (; n > 0; n--) {
    int32_t *sum = sums;
    __asm__ volatile(
        "dlstp.32 lr, %[channels]\n"
        "1: vldrb.s32 q0, [%[x]], #4; vldrw.u32 q1, [%[sum]]; vadd.i32 q1, q1, q0\n"
        "vstrw.32 q1, [%[sum]], #16; letp lr, 1b\n"
        : [x] "+l"(x), [sum] "+r"(sum)
        : [channels] "r"(channels)
        : "lr", "q0", "q1", "memory");
    x -= -channels & 3; /* the last four may be fewer */
  }
}

/* A byte four times. */
MF_KERNEL uint32_t mf_mve_four(int32_t byte) { return ((uint32_t)byte & 0xffu) * 0x01010101u; }

#endif
