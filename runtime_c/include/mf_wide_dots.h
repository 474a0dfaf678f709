/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_wide_dots.h: sums of products of int16 inputs and int8 weights, the inner loops of layers. Cores with Arm's DSP
   extension have them in assembly. Include mf_kernel.h first. */
#ifndef MF_WIDE_DOTS_H
#define MF_WIDE_DOTS_H

/* The products of n int16 inputs and int8 weights, summed. n: at most MF_RUN_S16. */
MF_INNER int32_t mf_dot_s16(const int16_t *x, const MF_ROM int8_t *w, int n) {
  int32_t sum = 0;
  for (const int16_t *end = x + n; x != end; x++) sum += (int32_t)*x * *w++;
  return sum;
}

#if defined(__ARM_FEATURE_MVE)

/* Sums for four lanes, whose weights lie `step` apart: x in r0, n in r3, sums in r4, r6, r8 and r10, the lanes' weights
   in r1, r5, r7 and r2. */
__attribute__((naked)) MF_INNER void mf_dot4_of_s16(const int16_t *x, const int8_t *w,
                                                    ptrdiff_t step, int n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)w, (void)step, (void)n, (void)sum);
  __asm__ volatile(
      "push {r4-r8, r10, lr}\n"
      "add r5, r1, r2; add r7, r5, r2; add r2, r7, r2\n"
      "mov r4, #0; mov r6, #0; mov r8, #0; mov r10, #0; dlstp.16 lr, r3\n"
      "1: vldrh.u16 q0, [r0], #16\n"
      "vldrb.s16 q1, [r1], #8; vmladava.s16 r4, q1, q0\n"
      "vldrb.s16 q2, [r5], #8; vmladava.s16 r6, q2, q0\n"
      "vldrb.s16 q1, [r7], #8; vmladava.s16 r8, q1, q0\n"
      "vldrb.s16 q2, [r2], #8; vmladava.s16 r10, q2, q0\n"
      "letp lr, 1b\n"
      "ldr r12, [sp, #28]; stm r12, {r4, r6, r8, r10}\n"
      "pop {r4-r8, r10, pc}\n");
}

#elif defined(__ARM_FEATURE_DSP) && defined(__thumb2__)

/* Four weights of a lane by inputs 0 and 2 (lr) and 1 and 3 (r9). */
#define MF_WIDE_DOT_FOUR(sum, from) \
  "ldr r10, " from                  \
  "\n"                              \
  "sxtb16 r11, r10\n"               \
  "sxtb16 r10, r10, ror #8\n"       \
  "smlad " sum ", r11, lr, " sum    \
  "\n"                              \
  "smlad " sum ", r10, r9, " sum "\n"

/* A weight of a lane by an input (lr). */
#define MF_WIDE_DOT_ONE(sum, from) \
  "ldrsb r10, " from               \
  "\n"                             \
  "mla " sum ", r10, lr, " sum "\n"

/* Sums for four lanes, whose weights lie `step` apart: x in r0, w in r1, step in r2, n in r3, sums in r4 to r7, the
   last lane's weights in r12. */
__attribute__((naked)) MF_INNER void mf_dot4_of_s16(const int16_t *x, const int8_t *w,
                                                    ptrdiff_t step, int n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)w, (void)step, (void)n, (void)sum);
  __asm__ volatile(
      "push {r4-r11, lr}\n"
      "movs r4, #0\n"
      "movs r5, #0\n"
      "movs r6, #0\n"
      "movs r7, #0\n"
      "add r12, r1, r2\n"
      "add r12, r12, r2, lsl #1\n"
      "subs r3, #4\n"
      "blt 2f\n"
      "1:\n"
      "ldr r8, [r0], #4\n"
      "ldr r9, [r0], #4\n"
      "pkhbt lr, r8, r9, lsl #16\n"
      "pkhtb r9, r9, r8, asr #16\n"  //
      MF_WIDE_DOT_FOUR("r5", "[r1, r2]") MF_WIDE_DOT_FOUR("r6", "[r1, r2, lsl #1]")
      MF_WIDE_DOT_FOUR("r4", "[r1], #4") MF_WIDE_DOT_FOUR("r7", "[r12], #4")
      "subs r3, #4\n"
      "bge 1b\n"
      "2:\n"
      "adds r3, #4\n"
      "beq 4f\n"
      "3:\n"
      "ldrsh lr, [r0], #2\n"  //
      MF_WIDE_DOT_ONE("r5", "[r1, r2]") MF_WIDE_DOT_ONE("r6", "[r1, r2, lsl #1]")
      MF_WIDE_DOT_ONE("r4", "[r1], #1") MF_WIDE_DOT_ONE("r7", "[r12], #1")
      "subs r3, #1\n"
      "bne 3b\n"
      "4:\n"
      "ldr r12, [sp, #36]\n"
      "stm r12, {r4-r7}\n"
      "pop {r4-r11, pc}\n");
}

#endif

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)

/* Adds such sums for four lanes, whose weights lie `step` apart. */
MF_KERNEL void mf_dot4_s16(const int16_t *x, const int8_t *w, ptrdiff_t step, int n, int64_t *sum) {
  int32_t found[MF_LANES];
  mf_dot4_of_s16(x, w, step, n, found);
  for (int i = 0; i < MF_LANES; i++) sum[i] += found[i];
}

#else

/* Adds such sums for four lanes, whose weights lie `step` apart. */
MF_INNER void mf_dot4_s16(const int16_t *x, const MF_ROM int8_t *w, ptrdiff_t step, int n,
                          int64_t *sum) {
  const MF_ROM int8_t *w1 = w + step, *w2 = w1 + step, *w3 = w2 + step;
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (const int16_t *end = x + n; x != end; x++) {
    const int32_t v = *x;
    s0 += v * *w++;
    s1 += v * *w1++;
    s2 += v * *w2++;
    s3 += v * *w3++;
  }
  sum[0] += s0, sum[1] += s1, sum[2] += s2, sum[3] += s3;
}

#endif

/* The same for up to four lanes and any n. */
MF_KERNEL void mf_dots_s16(const int16_t *x, const MF_ROM int8_t *w, ptrdiff_t step, int n,
                           int lanes, int64_t *sum) {
  for (int run; n > 0; n -= run, x += run, w += run) {
    run = n < MF_RUN_S16 ? n : MF_RUN_S16;
    if (lanes == MF_LANES)
      mf_dot4_s16(x, w, step, run, sum);
    else
      for (int i = 0; i < lanes; i++) sum[i] += mf_dot_s16(x, w + i * step, run);
  }
}

#endif
