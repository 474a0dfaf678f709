/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_slide.h: sums over the last values of a signal, which move on by one. Some cores have them in assembly, which is C
   elsewhere. Include mf_kernel.h first. */
#ifndef MF_SLIDE_H
#define MF_SLIDE_H

/* Moves n - 1 values, all but the first, to the front, puts `value` behind them, and returns the products of all n with
   as many weights, summed. Sums of int16 wrap around. n: 1 or more. */
MF_INNER int32_t mf_slide_s8(int8_t *kept, int32_t value, const MF_ROM int8_t *w, int n) {
  int32_t sum = 0;
  int8_t *const last = kept + n - 1;
  for (; last - kept >= 4; kept += 4, w += 4) {
    kept[0] = kept[1], kept[1] = kept[2], kept[2] = kept[3], kept[3] = kept[4];
    sum += kept[0] * w[0] + kept[1] * w[1] + kept[2] * w[2] + kept[3] * w[3];
  }
  for (; kept != last; kept++, w++) {
    kept[0] = kept[1];
    sum += kept[0] * w[0];
  }
  *kept = (int8_t)value;
  return sum + kept[0] * w[0];
}

MF_INNER int32_t mf_slide_s16(int16_t *kept, int32_t value, const MF_ROM int16_t *w, int n) {
  int32_t sum = 0;
  int moved = n - 1;
#if defined(__ARM_FEATURE_MVE)
  if (moved > 0)
    __asm__ volatile(
        "mov r0, #0; dlstp.16 lr, %[moved]\n"
        "1: vldrh.u16 q0, [%[kept], #2]; vldrh.u16 q1, [%[w]], #16; vstrh.16 q0, [%[kept]], #16\n"
        "vmladava.s16 r0, q0, q1; letp lr, 1b; mov %[sum], r0\n"
        : [kept] "+l"(kept), [w] "+l"(w), [sum] "=r"(sum)
        : [moved] "r"(moved)
        : "r0", "lr", "q0", "q1", "memory");
  if (moved > 0) kept -= -moved & 7, w -= -moved & 7; /* the last eight may be fewer */
#else
#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
  for (uint32_t a, b, c, d; moved >= 4; moved -= 4)
    __asm__ volatile(
        "ldr %[a], [%[kept], #2]\n"
        "ldr %[b], [%[w]], #4\n"
        "ldr %[c], [%[kept], #6]\n"
        "ldr %[d], [%[w]], #4\n"
        "str %[a], [%[kept]], #4\n"
        "str %[c], [%[kept]], #4\n"
        "smlad %[sum], %[a], %[b], %[sum]\n"
        "smlad %[sum], %[c], %[d], %[sum]\n"
        : [kept] "+r"(kept), [w] "+r"(w), [sum] "+r"(sum), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c),
          [d] "=&r"(d)
        :
        : "memory");
#endif
  for (; moved > 0; moved--, kept++, w++) {
    kept[0] = kept[1];
    sum = mf_wrapping_add(sum, (int32_t)kept[0] * w[0]);
  }
#endif
  *kept = (int16_t)value;
  return mf_wrapping_add(sum, (int32_t)kept[0] * w[0]);
}

#endif
