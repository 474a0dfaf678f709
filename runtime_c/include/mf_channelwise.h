/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_channelwise.h: windows of single channels: of 3x3, and those that several filters share. Some cores have them in
   assembly, which is C elsewhere. Include mf_kernel.h first. */
#ifndef MF_CHANNELWISE_H
#define MF_CHANNELWISE_H

/* mf_nine_s8: n sums of nine products each: of the inputs i, i + x_step and i + 2 x_step of three rows with the weights
   i, i + w_step to i + 8 w_step. */
#if defined(__thumb2__)
/* Three products; x steps by r1, w by r3. */
#define MF_NINE_ROW(multiply, x, w)                   \
  "ldrsb r9, [" x                                     \
  ", r1]\n"                                           \
  "ldrsb r10, [" w ", r3]\n" multiply "ldrsb r9, [" x \
  ", r1, lsl #1]\n"                                   \
  "ldrsb r10, [" w                                    \
  ", r3, lsl #1]\n"                                   \
  "mla r0, r9, r10, r0\n"                             \
  "ldrsb r9, [" x                                     \
  "], #1\n"                                           \
  "ldrsb r10, [" w                                    \
  "], #1\n"                                           \
  "mla r0, r9, r10, r0\n"

__attribute__((naked)) MF_INNER void mf_nine_s8(const int8_t *const *x, int32_t x_step,
                                                const int8_t *w, int32_t w_step, int n,
                                                int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)x_step, (void)w, (void)w_step, (void)n, (void)sum);
  __asm__ volatile(
      "push {r4-r11, lr}\n"
      "ldrd r12, lr, [sp, #36]\n"
      "add r12, lr, r12, lsl #2\n"
      "ldrd r4, r5, [r0]\n"
      "ldr r6, [r0, #8]\n"
      "add r7, r3, r3, lsl #1\n"
      "add r8, r2, r7, lsl #1\n"
      "add r7, r2, r7\n"
      "1:\n" MF_NINE_ROW("mul r0, r9, r10\n", "r4", "r2")
      MF_NINE_ROW("mla r0, r9, r10, r0\n", "r5", "r7")
      MF_NINE_ROW("mla r0, r9, r10, r0\n", "r6", "r8")
      "str r0, [lr], #4\n"
      "cmp lr, r12\n"
      "bne 1b\n"
      "pop {r4-r11, pc}\n");
}
#else
MF_INNER void mf_nine_s8(const int8_t *const *x, int32_t x_step, const MF_ROM int8_t *w,
                         int32_t w_step, int n, int32_t *sum) {
  for (int i = 0; i < n; i++, w++, sum++) {
    const int8_t *const a = x[0] + i, *const b = x[1] + i, *const c = x[2] + i;
    const MF_ROM int8_t *const v = w + 3 * w_step, *const u = v + 3 * w_step;
    *sum = a[0] * w[0] + a[x_step] * w[w_step] + a[2 * x_step] * w[2 * w_step] + b[0] * v[0] +
           b[x_step] * v[w_step] + b[2 * x_step] * v[2 * w_step] + c[0] * u[0] +
           c[x_step] * u[w_step] + c[2 * x_step] * u[2 * w_step];
  }
}
#endif

/* mf_six_s8: n such sums of windows that lack a column: six products of inputs and weights that both step alike, from
   the first column that is inside on, and of `zero` with the three weights that lie `outside` of those. */
#if defined(__thumb2__)
/* Two products; x and w step by r1. */
#define MF_SIX_ROW(x, w)  \
  "ldrsb r9, [" x         \
  ", r1]\n"               \
  "ldrsb r10, [" w        \
  ", r1]\n"               \
  "mla r0, r9, r10, r0\n" \
  "ldrsb r9, [" x         \
  "], #1\n"               \
  "ldrsb r10, [" w        \
  "], #1\n"               \
  "mla r0, r9, r10, r0\n"

__attribute__((naked)) MF_INNER void mf_six_s8(const int8_t *const *x, int32_t step,
                                               const int8_t *w, int n, int32_t *sum, int32_t zero,
                                               int32_t outside) {
  MF_IN_REGISTERS((void)x, (void)step, (void)w, (void)n, (void)sum, (void)zero, (void)outside);
  __asm__ volatile(
      "push {r4-r11, lr}\n"
      "ldr lr, [sp, #36]\n"
      "add r12, lr, r3, lsl #2\n"
      "ldrd r3, r11, [sp, #40]\n"
      "ldrd r4, r5, [r0]\n"
      "ldr r6, [r0, #8]\n"
      "add r7, r1, r1, lsl #1\n"
      "add r8, r2, r7, lsl #1\n"
      "add r7, r2\n"
      "1:\n"
      "ldrsb r0, [r2, r11]\n"
      "ldrsb r9, [r7, r11]\n"
      "ldrsb r10, [r8, r11]\n"
      "add r0, r9\n"
      "add r0, r10\n"
      "mul r0, r3, r0\n" MF_SIX_ROW("r4", "r2") MF_SIX_ROW("r5", "r7") MF_SIX_ROW("r6", "r8")
      "str r0, [lr], #4\n"
      "cmp lr, r12\n"
      "bne 1b\n"
      "pop {r4-r11, pc}\n");
}
#else
MF_INNER void mf_six_s8(const int8_t *const *x, int32_t step, const MF_ROM int8_t *w, int n,
                        int32_t *sum, int32_t zero, int32_t outside) {
  for (int i = 0; i < n; i++, w++, sum++) {
    const int8_t *const a = x[0] + i, *const b = x[1] + i, *const c = x[2] + i;
    const MF_ROM int8_t *const v = w + 3 * step, *const u = v + 3 * step;
    *sum = zero * (w[outside] + v[outside] + u[outside]) + a[0] * w[0] + a[step] * w[step] +
           b[0] * v[0] + b[step] * v[step] + c[0] * u[0] + c[step] * u[step];
  }
}
#endif

/* mf_nines_s8: n such sums of a pixel, then from sum[MF_NINES] on those of the pixel beside it. Inputs and weights step
   alike. */
#define MF_NINES 16
#if defined(__thumb2__)
/* Three products of each of two pixels, from the last column to the first; x steps by r1, three times that is r7. */
#define MF_NINES_ROW(first, x, w0, w1, w2)       \
  "ldrsb r11, [" x                               \
  ", r7]\n"                                      \
  "ldrsb r10, [" x                               \
  ", r1, lsl #1]\n"                              \
  "ldrsb r12, [" w2 "]\n" first "ldrsb r11, [" x \
  ", r1]\n"                                      \
  "ldrsb r12, [" w1                              \
  "]\n"                                          \
  "mla r9, r10, r12, r9\n"                       \
  "mla r0, r11, r12, r0\n"                       \
  "ldrsb r10, [" x                               \
  "], #1\n"                                      \
  "ldrsb r12, [" w0                              \
  "]\n"                                          \
  "mla r9, r11, r12, r9\n"                       \
  "mla r0, r10, r12, r0\n"
#define MF_NINES_BEGIN "mul r9, r11, r12\nmul r0, r10, r12\n"
#define MF_NINES_ADD   "mla r9, r11, r12, r9\nmla r0, r10, r12, r0\n"

__attribute__((naked)) MF_INNER void mf_nines_s8(const int8_t *const *x, int32_t step,
                                                 const int8_t *w, int n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)step, (void)w, (void)n, (void)sum);
  __asm__ volatile(
      "push {r4-r11, lr}\n"
      "ldr lr, [sp, #36]\n"
      "add r3, lr, r3, lsl #2\n"
      "ldrd r4, r5, [r0]\n"
      "ldr r6, [r0, #8]\n"
      "add r7, r1, r1, lsl #1\n"
      "add r8, r2, r7\n"
      "1:\n" MF_NINES_ROW(MF_NINES_BEGIN, "r4", "r2", "r2, r1", "r2, r1, lsl #1")
          MF_NINES_ROW(MF_NINES_ADD, "r5", "r8", "r8, r1", "r8, r1, lsl #1")
              MF_NINES_ROW(MF_NINES_ADD, "r6", "r8, r7", "r8, r1, lsl #2", "r2, r1, lsl #3")
      "adds r2, #1\n"
      "add r8, #1\n"
      "str r9, [lr, #64]\n"
      "str r0, [lr], #4\n"
      "cmp lr, r3\n"
      "bne 1b\n"
      "pop {r4-r11, pc}\n");
}
#else
MF_KERNEL void mf_nines_s8(const int8_t *const *x, int32_t step, const MF_ROM int8_t *w, int n,
                           int32_t *sum) {
  const int8_t *const beside[3] = {x[0] + step, x[1] + step, x[2] + step};
  mf_nine_s8(x, step, w, step, n, sum);
  mf_nine_s8(beside, step, w, step, n, sum + MF_NINES);
}
#endif

/* mf_eight_s8: the sums of the products of n inputs with the weights of each of eight lanes, which are neighbours;
   the next weights of a lane are `step` further. */
#define MF_EIGHT 8
#if defined(__thumb2__)
#define MF_EIGHT_LANE(offset, sum) \
  "ldrsb lr, [r1, #" offset        \
  "]\n"                            \
  "mla " sum ", lr, r12, " sum "\n"
#define MF_EIGHT_STEP                                                            \
  "ldrsb r12, [r0], #1\n" MF_EIGHT_LANE("0", "r4") MF_EIGHT_LANE("1", "r5")      \
      MF_EIGHT_LANE("2", "r6") MF_EIGHT_LANE("3", "r7") MF_EIGHT_LANE("4", "r8") \
          MF_EIGHT_LANE("5", "r9") MF_EIGHT_LANE("6", "r10")                     \
              MF_EIGHT_LANE("7", "r11") "add r1, r2\n"

__attribute__((naked)) MF_INNER void mf_eight_s8(const int8_t *x, const int8_t *w, ptrdiff_t step,
                                                 int n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)w, (void)step, (void)n, (void)sum);
  __asm__ volatile(
      "push {r4-r11, lr}\n"
      "movs r4, #0\n"
      "movs r5, #0\n"
      "movs r6, #0\n"
      "movs r7, #0\n"
      "mov r8, r4\n"
      "mov r9, r4\n"
      "mov r10, r4\n"
      "mov r11, r4\n"
      "subs r3, #4\n"
      "blt 2f\n"
      "1:\n" MF_EIGHT_STEP MF_EIGHT_STEP MF_EIGHT_STEP MF_EIGHT_STEP
      "subs r3, #4\n"
      "bge 1b\n"
      "2:\n"
      "adds r3, #4\n"
      "beq 4f\n"
      "3:\n" MF_EIGHT_STEP
      "subs r3, #1\n"
      "bne 3b\n"
      "4:\n"
      "ldr r12, [sp, #36]\n"
      "stm r12, {r4-r11}\n"
      "pop {r4-r11, pc}\n");
}
#else
MF_INNER void mf_eight_s8(const int8_t *x, const MF_ROM int8_t *w, ptrdiff_t step, int n,
                          int32_t *sum) {
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
  for (const int8_t *end = x + n; x != end; x++, w += step) {
    const int v = *x;
    s0 += v * w[0], s1 += v * w[1], s2 += v * w[2], s3 += v * w[3];
    s4 += v * w[4], s5 += v * w[5], s6 += v * w[6], s7 += v * w[7];
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
  sum[4] = s4, sum[5] = s5, sum[6] = s6, sum[7] = s7;
}
#endif

/* mf_twos_s8: the sums of the products of n inputs of each of two windows, MF_TWOS bytes apart, with the weights of
   each of four lanes: the first lane's two sums, then the next one's. Weights lie as for mf_eight_s8. */
#define MF_TWOS 128
#if defined(__thumb2__)
#define MF_TWOS_LANE(offset, first, second) \
  "ldrsb r3, [r1, #" offset                 \
  "]\n"                                     \
  "mla " first ", r3, r12, " first          \
  "\n"                                      \
  "mla " second ", r3, lr, " second "\n"
#define MF_TWOS_STEP                                                                  \
  "ldrsb lr, [r0, #128]\n"                                                            \
  "ldrsb r12, [r0], #1\n" MF_TWOS_LANE("0", "r4", "r5") MF_TWOS_LANE("1", "r6", "r7") \
      MF_TWOS_LANE("2", "r8", "r9") MF_TWOS_LANE("3", "r10", "r11") "add r1, r2\n"
/* Counts inputs in memory, for want of a register. */
#define MF_TWOS_LESS(n) \
  "ldr r3, [sp]\n"      \
  "subs r3, #" n        \
  "\n"                  \
  "str r3, [sp]\n"

__attribute__((naked)) MF_INNER void mf_twos_s8(const int8_t *x, const int8_t *w, ptrdiff_t step,
                                                int n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)w, (void)step, (void)n, (void)sum);
  __asm__ volatile(
      "push {r3-r11, lr}\n"
      "movs r4, #0\n"
      "movs r5, #0\n"
      "movs r6, #0\n"
      "movs r7, #0\n"
      "mov r8, r4\n"
      "mov r9, r4\n"
      "mov r10, r4\n"
      "mov r11, r4\n" MF_TWOS_LESS("4")
      "blt 2f\n"
      "1:\n" MF_TWOS_STEP MF_TWOS_STEP MF_TWOS_STEP MF_TWOS_STEP MF_TWOS_LESS("4")
      "bge 1b\n"
      "2:\n"
      "adds r3, #4\n"
      "beq 4f\n"
      "str r3, [sp]\n"
      "3:\n" MF_TWOS_STEP MF_TWOS_LESS("1")
      "bne 3b\n"
      "4:\n"
      "ldr r12, [sp, #40]\n"
      "stm r12, {r4-r11}\n"
      "pop {r3-r11, pc}\n");
}
#else
MF_INNER void mf_twos_s8(const int8_t *x, const MF_ROM int8_t *w, ptrdiff_t step, int n,
                         int32_t *sum) {
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
  for (const int8_t *end = x + n; x != end; x++, w += step) {
    const int u = x[0], v = x[MF_TWOS];
    s0 += u * w[0], s1 += v * w[0], s2 += u * w[1], s3 += v * w[1];
    s4 += u * w[2], s5 += v * w[2], s6 += u * w[3], s7 += v * w[3];
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
  sum[4] = s4, sum[5] = s5, sum[6] = s6, sum[7] = s7;
}
#endif

/* mf_pointed_s8: n sums of the products of inputs, wherever they lie, with weights that step alike: of x[MF_POINTED -
   taps] and those behind it, each with i added, and the weights i, i + step and so on. taps: 1 or more. */
#define MF_POINTED 9
#if defined(__ARM_ARCH_6M__)
#define MF_POINTED_LANE(lane, sum) \
  "ldrsb r6, [r4, " lane           \
  "]\n"                            \
  "ldrsb r7, [r5, " lane           \
  "]\n"                            \
  "muls r6, r7\n"                  \
  "add " sum ", r6\n"
/* A tap of four lanes, r0 to r3. */
#define MF_POINTED_TAP(at)                                                          \
  "ldr r4, [sp, #" at "]\n" MF_POINTED_LANE("r0", "r8") MF_POINTED_LANE("r1", "r9") \
      MF_POINTED_LANE("r2", "r10") MF_POINTED_LANE("r3", "r11") "add r5, r12\n"

/* Four lanes or more, a multiple of four. Nine pointers are copied to the stack, before the weights. lr: where the first
   tap begins of so many. */
__attribute__((naked)) MF_INNER void mf_pointed_fours_s8(const int8_t *const *x, int32_t taps,
                                                         const int8_t *w, int32_t step, int32_t n,
                                                         int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)taps, (void)w, (void)step, (void)n, (void)sum);
  __asm__ volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n"
      "mov r5, r9\n"
      "mov r6, r10\n"
      "mov r7, r11\n"
      "push {r2, r4-r7}\n"
      "mov r12, r3\n"
      "sub sp, #36\n"
      "mov r7, sp\n"
      "ldm r0!, {r2-r4}\n"
      "stm r7!, {r2-r4}\n"
      "ldm r0!, {r2-r4}\n"
      "stm r7!, {r2-r4}\n"
      "ldm r0!, {r2-r4}\n"
      "stm r7!, {r2-r4}\n"
      "movs r4, #9\n"
      "subs r4, r1\n"
      "movs r5, #36\n"
      "muls r4, r5\n"
      "adr r5, 2f\n"
      "adds r4, r5\n"
      "mov lr, r4\n"
      "movs r0, #0\n"
      "movs r1, #1\n"
      "movs r2, #2\n"
      "movs r3, #3\n"
      "1:\n"
      "movs r4, #0\n"
      "mov r8, r4\n"
      "mov r9, r4\n"
      "mov r10, r4\n"
      "mov r11, r4\n"
      "ldr r5, [sp, #36]\n"
      "mov pc, lr\n"
      ".p2align 2\n"
      "2:\n" MF_POINTED_TAP("0") MF_POINTED_TAP("4") MF_POINTED_TAP("8") MF_POINTED_TAP("12")
          MF_POINTED_TAP("16") MF_POINTED_TAP("20") MF_POINTED_TAP("24") MF_POINTED_TAP("28")
              MF_POINTED_TAP("32")
      "ldr r6, [sp, #80]\n"
      "mov r4, r8\n"
      "mov r5, r9\n"
      "stm r6!, {r4, r5}\n"
      "mov r4, r10\n"
      "mov r5, r11\n"
      "stm r6!, {r4, r5}\n"
      "str r6, [sp, #80]\n"
      "adds r0, #4\n"
      "adds r1, #4\n"
      "adds r2, #4\n"
      "adds r3, #4\n"
      "ldr r4, [sp, #76]\n"
      "cmp r0, r4\n"
      "beq 3f\n"
      "b 1b\n"
      "3:\n"
      "add sp, #40\n"
      "pop {r4-r7}\n"
      "mov r8, r4\n"
      "mov r9, r5\n"
      "mov r10, r6\n"
      "mov r11, r7\n"
      "pop {r4-r7, pc}\n");
}
#else
MF_INNER void mf_pointed_fours_s8(const int8_t *const *x, int32_t taps, const MF_ROM int8_t *w,
                                  int32_t step, int32_t n, int32_t *sum) {
  for (int32_t i = 0; i < n; i++) {
    const MF_ROM int8_t *u = w + i;
    sum[i] = 0;
    for (int32_t k = MF_POINTED - taps; k < MF_POINTED; k++, u += step) sum[i] += x[k][i] * *u;
  }
}
#endif

MF_KERNEL void mf_pointed_s8(const int8_t *const *x, int32_t taps, const MF_ROM int8_t *w,
                             int32_t step, int32_t n, int32_t *sum) {
  int32_t i = n - n % 4;
  if (i > 0) mf_pointed_fours_s8(x, taps, w, step, i, sum);
  for (; i < n; i++) {
    const MF_ROM int8_t *u = w + i;
    int32_t total = 0;
    for (int32_t k = MF_POINTED - taps; k < MF_POINTED; k++, u += step) total += x[k][i] * *u;
    sum[i] = total;
  }
}

/* mf_beside_s8: the sums of the products of n inputs, 1 or more, with the weights of each of four lanes, which are
   neighbours; the next weights of a lane are `step` further. */
#if defined(__ARM_ARCH_6M__)
/* An input times a weight of each lane; r4 to r7 hold 0 to 3. */
#define MF_BESIDE_STEP   \
  "ldrsb r2, [r0, r4]\n" \
  "adds r0, #1\n"        \
  "ldrsb r3, [r1, r4]\n" \
  "muls r3, r2\n"        \
  "add r8, r3\n"         \
  "ldrsb r3, [r1, r5]\n" \
  "muls r3, r2\n"        \
  "add r9, r3\n"         \
  "ldrsb r3, [r1, r6]\n" \
  "muls r3, r2\n"        \
  "add r10, r3\n"        \
  "ldrsb r3, [r1, r7]\n" \
  "muls r2, r3\n"        \
  "add r11, r2\n"        \
  "add r1, r12\n"

__attribute__((naked)) MF_INNER void mf_beside_s8(const int8_t *x, const int8_t *w, ptrdiff_t step,
                                                  int n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)w, (void)step, (void)n, (void)sum);
  __asm__ volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n"
      "mov r5, r9\n"
      "mov r6, r10\n"
      "mov r7, r11\n"
      "push {r4-r7}\n"
      "mov r12, r2\n"
      "movs r4, #0\n"
      "movs r5, #1\n"
      "movs r6, #2\n"
      "movs r7, #3\n"
      "mov r8, r4\n"
      "mov r9, r4\n"
      "mov r10, r4\n"
      "mov r11, r4\n"
      "adds r2, r0, r3\n"
      "push {r2}\n" /* the inputs' end */
      "ands r3, r7\n"
      "beq 2f\n"
      "adds r3, r0\n"
      "mov lr, r3\n"
      "1:\n" MF_BESIDE_STEP
      "cmp r0, lr\n"
      "bne 1b\n"
      "2:\n"
      "pop {r2}\n"
      "cmp r0, r2\n"
      "beq 4f\n"
      "mov lr, r2\n"
      "3:\n" MF_BESIDE_STEP MF_BESIDE_STEP MF_BESIDE_STEP MF_BESIDE_STEP
      "cmp r0, lr\n"
      "bne 3b\n"
      "4:\n"
      "ldr r4, [sp, #36]\n"
      "mov r0, r8\n"
      "mov r1, r9\n"
      "mov r2, r10\n"
      "mov r3, r11\n"
      "stm r4!, {r0-r3}\n"
      "pop {r4-r7}\n"
      "mov r8, r4\n"
      "mov r9, r5\n"
      "mov r10, r6\n"
      "mov r11, r7\n"
      "pop {r4-r7, pc}\n");
}
#else
MF_INNER void mf_beside_s8(const int8_t *x, const MF_ROM int8_t *w, ptrdiff_t step, int n,
                           int32_t *sum) {
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (const int8_t *end = x + n; x != end; x++, w += step) {
    const int v = *x;
    s0 += v * w[0], s1 += v * w[1], s2 += v * w[2], s3 += v * w[3];
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
}
#endif

#endif
