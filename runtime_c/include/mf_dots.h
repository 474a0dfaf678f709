/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_dots.h: sums of products of int8 inputs and weights, the inner loops of layers. Some cores have them in
   assembly, which is C elsewhere. Include mf_kernel.h first.

   Counts of values in a picture are int, which has 16 bits on 8-bit cores: their memory is no larger. */
#ifndef MF_DOTS_H
#define MF_DOTS_H

/* The sum of n values. */
MF_INNER int32_t mf_sum_s8(const MF_ROM int8_t *w, int n) {
  int32_t sum = 0;
  for (; n >= 4; n -= 4, w += 4) sum += w[0] + w[1] + w[2] + w[3];
  for (; n > 0; n--) sum += *w++;
  return sum;
}

/* The products of n inputs and weights, summed. A product of two bytes fits a 16-bit int. */
MF_INNER int32_t mf_dot_s8(const int8_t *x, const MF_ROM int8_t *w, int n) {
  int32_t sum = 0;
  const int8_t *end = x + n;
#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
  for (uint32_t a, b, c, d; n >= 4; n -= 4)
    __asm__ volatile(
        "ldr %[b], [%[x]], #4\n"
        "ldr %[d], [%[w]], #4\n"
        "sxtb16 %[a], %[b]\n"
        "sxtb16 %[b], %[b], ror #8\n"
        "sxtb16 %[c], %[d]\n"
        "sxtb16 %[d], %[d], ror #8\n"
        "smlad %[sum], %[a], %[c], %[sum]\n"
        "smlad %[sum], %[b], %[d], %[sum]\n"
        : [x] "+r"(x), [w] "+r"(w), [sum] "+r"(sum), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c),
          [d] "=&r"(d)
        :
        : "memory");
#endif
  for (; x != end; x++) sum += *x * *w++;
  return sum;
}

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
/* Weights of a lane by inputs 0 and 2 (r9) and 1 and 3 (r8) of four, or by one (lr); their address behind. */
#define MF_DOT4_FOUR(sum, from)  \
  "ldr r10, " from               \
  "\n"                           \
  "sxtb16 r11, r10\n"            \
  "sxtb16 r10, r10, ror #8\n"    \
  "smlad " sum ", r11, r9, " sum \
  "\n"                           \
  "smlad " sum ", r10, r8, " sum "\n"
#define MF_DOT4_ONE(sum, from) \
  "ldrsb r10, " from           \
  "\n"                         \
  "mla " sum ", r10, lr, " sum "\n"

/* Adds such sums for four lanes, whose weights lie `step` apart: x in r0, w in r1, step in r2, n in r3, sums in r4 to
   r7, the last lane's weights in r12. */
__attribute__((naked)) MF_INNER void mf_dot4_s8(const int8_t *x, const int8_t *w, ptrdiff_t step,
                                                int n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)w, (void)step, (void)n, (void)sum);
  __asm__ volatile(
      "push {r4-r11, lr}\n"
      "ldr r12, [sp, #36]\n"
      "ldm r12, {r4-r7}\n"
      "add r12, r1, r2\n"
      "add r12, r12, r2, lsl #1\n"
      "subs r3, #4\n"
      "blt 2f\n"
      "1:\n"
      "ldr r8, [r0], #4\n"
      "sxtb16 r9, r8\n"
      "sxtb16 r8, r8, ror #8\n"  //
      MF_DOT4_FOUR("r5", "[r1, r2]") MF_DOT4_FOUR("r6", "[r1, r2, lsl #1]")
      MF_DOT4_FOUR("r4", "[r1], #4") MF_DOT4_FOUR("r7", "[r12], #4")
      "subs r3, #4\n"
      "bge 1b\n"
      "2:\n"
      "adds r3, #4\n"
      "beq 4f\n"
      "3:\n"
      "ldrsb lr, [r0], #1\n"  //
      MF_DOT4_ONE("r5", "[r1, r2]") MF_DOT4_ONE("r6", "[r1, r2, lsl #1]")
      MF_DOT4_ONE("r4", "[r1], #1") MF_DOT4_ONE("r7", "[r12], #1")
      "subs r3, #1\n"
      "bne 3b\n"
      "4:\n"
      "ldr r12, [sp, #36]\n"
      "stm r12, {r4-r7}\n"
      "pop {r4-r11, pc}\n");
}
#elif defined(__thumb2__)
/* An input (x in r0) times a weight of each lane (w in r1, lanes r2 apart, the last in r12); sums in r4 to r7. */
#define MF_DOT4_STEP              \
  "ldrsb r9, [r1, r2]\n"          \
  "ldrsb r10, [r1, r2, lsl #1]\n" \
  "ldrsb r8, [r1], #1\n"          \
  "ldrsb lr, [r0], #1\n"          \
  "ldrsb r11, [r12], #1\n"        \
  "mla r5, r9, lr, r5\n"          \
  "mla r6, r10, lr, r6\n"         \
  "mla r4, r8, lr, r4\n"          \
  "mla r7, r11, lr, r7\n"

/* Adds such sums for four lanes, whose weights lie `step` apart. */
__attribute__((naked)) MF_INNER void mf_dot4_s8(const int8_t *x, const int8_t *w, ptrdiff_t step,
                                                int n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)w, (void)step, (void)n, (void)sum);
  __asm__ volatile(
      "push {r4-r11, lr}\n"
      "ldr r12, [sp, #36]\n"
      "ldm r12, {r4-r7}\n"
      "add r12, r1, r2\n"
      "add r12, r12, r2, lsl #1\n"
      "subs r3, #4\n"
      "blt 2f\n"
      "1:\n" MF_DOT4_STEP MF_DOT4_STEP MF_DOT4_STEP MF_DOT4_STEP
      "subs r3, #4\n"
      "bge 1b\n"
      "2:\n"
      "adds r3, #4\n"
      "beq 4f\n"
      "3:\n" MF_DOT4_STEP
      "subs r3, #1\n"
      "bne 3b\n"
      "4:\n"
      "ldr r12, [sp, #36]\n"
      "stm r12, {r4-r7}\n"
      "pop {r4-r11, pc}\n");
}
#elif defined(__riscv_mul) && !defined(__riscv_32e) && __riscv_xlen == 32
/* Input i (x in a0) times weight i of each lane (w in a1, a2, t4, t5); sums in t0 to t3. */
#define MF_DOT4_STEP(i) \
  "lb a6, " i           \
  "(a0)\n"              \
  "lb a7, " i           \
  "(a1)\n"              \
  "lb a5, " i           \
  "(a2)\n"              \
  "mul a7, a7, a6\n"    \
  "add t0, t0, a7\n"    \
  "lb a7, " i           \
  "(t4)\n"              \
  "mul a5, a5, a6\n"    \
  "add t1, t1, a5\n"    \
  "lb a5, " i           \
  "(t5)\n"              \
  "mul a7, a7, a6\n"    \
  "add t2, t2, a7\n"    \
  "mul a5, a5, a6\n"    \
  "add t3, t3, a5\n"
#define MF_DOT4_ON(n) \
  "addi a0, a0, " n   \
  "\n"                \
  "addi a1, a1, " n   \
  "\n"                \
  "addi a2, a2, " n   \
  "\n"                \
  "addi t4, t4, " n   \
  "\n"                \
  "addi t5, t5, " n "\n"

/* Adds such sums for four lanes, whose weights lie `step` apart. */
__attribute__((naked)) MF_INNER void mf_dot4_s8(const int8_t *x, const int8_t *w, ptrdiff_t step,
                                                int n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)w, (void)step, (void)n, (void)sum);
  __asm__ volatile(
      "lw t0, 0(a4)\n"
      "lw t1, 4(a4)\n"
      "lw t2, 8(a4)\n"
      "lw t3, 12(a4)\n"
      "mv a5, a2\n"
      "add a2, a1, a5\n"
      "add t4, a2, a5\n"
      "add t5, t4, a5\n"
      "addi a3, a3, -4\n"
      "bltz a3, 2f\n"
      "1:\n" MF_DOT4_STEP("0") MF_DOT4_STEP("1") MF_DOT4_STEP("2") MF_DOT4_STEP("3")
      MF_DOT4_ON("4")
      "addi a3, a3, -4\n"
      "bgez a3, 1b\n"
      "2:\n"
      "addi a3, a3, 4\n"
      "beqz a3, 4f\n"
      "3:\n" MF_DOT4_STEP("0") MF_DOT4_ON("1")
      "addi a3, a3, -1\n"
      "bnez a3, 3b\n"
      "4:\n"
      "sw t0, 0(a4)\n"
      "sw t1, 4(a4)\n"
      "sw t2, 8(a4)\n"
      "sw t3, 12(a4)\n"
      "ret\n");
}
#elif defined(__AVR_HAVE_MUL__) && defined(__AVR_HAVE_LPMX__) && !defined(__AVR_TINY__)
/* So many products of two bytes fit 24 bits when summed. */
#define MF_DOT4_RUN 504

/* A weight (at Z) times an input, added to a sum of three bytes; r25 is 0. The carry is the product's sign. */
#define MF_DOT4_PRODUCT(input, low, middle, high) \
  "lpm r24, Z+\n"                                 \
  "muls r24, " input                              \
  "\n"                                            \
  "sbc " high                                     \
  ", r25\n"                                       \
  "add " low                                      \
  ", r0\n"                                        \
  "adc " middle                                   \
  ", r1\n"                                        \
  "adc " high ", r25\n"
/* On to the next lane, r15:r14 further. */
#define MF_DOT4_NEXT "add r30, r14\nadc r31, r15\n"
#define MF_DOT4_LANE(low, middle, high)     \
  MF_DOT4_PRODUCT("r16", low, middle, high) \
  MF_DOT4_PRODUCT("r17", low, middle, high) \
  MF_DOT4_PRODUCT("r18", low, middle, high) \
  MF_DOT4_PRODUCT("r19", low, middle, high) \
  MF_DOT4_PRODUCT("r20", low, middle, high) \
  MF_DOT4_PRODUCT("r21", low, middle, high) \
  MF_DOT4_PRODUCT("r22", low, middle, high) MF_DOT4_PRODUCT("r23", low, middle, high) MF_DOT4_NEXT
#define MF_DOT4_ONE(low, middle, high) MF_DOT4_PRODUCT("r16", low, middle, high) MF_DOT4_NEXT
/* Adds the sums of n products, at most MF_DOT4_RUN, for four lanes, whose weights lie `step` apart. In sums of three
   bytes, from r2 on; weights at Y, inputs at X. */
__attribute__((naked)) MF_INNER void mf_dot4_run_s8(const int8_t *x, const MF_ROM int8_t *w,
                                                    ptrdiff_t step, int n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)w, (void)step, (void)n, (void)sum);
  __asm__ volatile(
      "push r2\n push r3\n push r4\n push r5\n push r6\n push r7\n push r8\n push r9\n"
      "push r10\n push r11\n push r12\n push r13\n push r14\n push r15\n push r28\n push r29\n"
      "push r16\n push r17\n"
      "movw r26, r24\n"
      "movw r28, r22\n"
      "movw r14, r20\n"
      "clr r25\n"
      "clr r2\n"
      "clr r3\n"
      "movw r4, r2\n movw r6, r2\n movw r8, r2\n movw r10, r2\n movw r12, r2\n"
      "mov r24, r18\n"
      "andi r24, 7\n"
      "push r24\n" /* inputs behind the last eight */
      "lsr r19\n ror r18\n lsr r18\n lsr r18\n"
      "push r18\n" /* eights */
      "ldi r24, 8\n"
      "sub r14, r24\n"
      "sbc r15, r25\n"
      "tst r18\n"
      "brne 1f\n"
      "rjmp 2f\n"
      "1:\n"
      "ld r16, X+\n ld r17, X+\n ld r18, X+\n ld r19, X+\n"
      "ld r20, X+\n ld r21, X+\n ld r22, X+\n ld r23, X+\n"
      "movw r30, r28\n" MF_DOT4_LANE("r2", "r3", "r4") MF_DOT4_LANE("r5", "r6", "r7")
      MF_DOT4_LANE("r8", "r9", "r10") MF_DOT4_LANE("r11", "r12", "r13")
      "adiw r28, 8\n"
      "pop r0\n"
      "dec r0\n"
      "push r0\n"
      "breq 2f\n"
      "rjmp 1b\n"
      "2:\n"
      "ldi r24, 7\n"
      "add r14, r24\n"
      "adc r15, r25\n"
      "pop r0\n"
      "pop r23\n"
      "tst r23\n"
      "breq 4f\n"
      "3:\n"
      "ld r16, X+\n"
      "movw r30, r28\n" MF_DOT4_ONE("r2", "r3", "r4") MF_DOT4_ONE("r5", "r6", "r7")
      MF_DOT4_ONE("r8", "r9", "r10") MF_DOT4_ONE("r11", "r12", "r13")
      "adiw r28, 1\n"
      "dec r23\n"
      "brne 3b\n"
      "4:\n"
      "pop r17\n pop r16\n"
      "movw r26, r16\n" /* where the sums of four bytes are, which those of three are added to */
      "push r13\n push r12\n push r11\n push r10\n push r9\n push r8\n"
      "push r7\n push r6\n push r5\n push r4\n push r3\n push r2\n"
      "ldi r21, 4\n"
      "5:\n"
      "pop r16\n pop r17\n pop r18\n"
      "clr r20\n"
      "sbrc r18, 7\n"
      "com r20\n"
      "ld r0, X\n add r0, r16\n st X+, r0\n"
      "ld r0, X\n adc r0, r17\n st X+, r0\n"
      "ld r0, X\n adc r0, r18\n st X+, r0\n"
      "ld r0, X\n adc r0, r20\n st X+, r0\n"
      "dec r21\n"
      "brne 5b\n"
      "clr r1\n"
      "pop r29\n pop r28\n pop r15\n pop r14\n pop r13\n pop r12\n pop r11\n pop r10\n"
      "pop r9\n pop r8\n pop r7\n pop r6\n pop r5\n pop r4\n pop r3\n pop r2\n"
      "ret\n");
}

/* The same for any n. */
MF_INNER void mf_dot4_s8(const int8_t *x, const MF_ROM int8_t *w, ptrdiff_t step, int n,
                         int32_t *sum) {
  for (; n > MF_DOT4_RUN; n -= MF_DOT4_RUN, x += MF_DOT4_RUN, w += MF_DOT4_RUN)
    mf_dot4_run_s8(x, w, step, MF_DOT4_RUN, sum);
  mf_dot4_run_s8(x, w, step, n, sum);
}
#else
/* Adds such sums for four lanes, whose weights lie `step` apart. */
MF_INNER void mf_dot4_s8(const int8_t *x, const MF_ROM int8_t *w, ptrdiff_t step, int n,
                         int32_t *sum) {
  const MF_ROM int8_t *w1 = w + step, *w2 = w1 + step, *w3 = w2 + step;
  int32_t s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
  for (const int8_t *end = x + n; x != end; x++) {
    const int8_t v = *x;
    s0 += v * *w++;
    s1 += v * *w1++;
    s2 += v * *w2++;
    s3 += v * *w3++;
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
}
#endif

/* The same for up to four lanes. */
MF_KERNEL void mf_dots_s8(const int8_t *x, const MF_ROM int8_t *w, ptrdiff_t step, int n, int lanes,
                          int32_t *sum) {
  if (lanes == MF_LANES)
    mf_dot4_s8(x, w, step, n, sum);
  else
    for (int i = 0; i < lanes; i++, w += step) sum[i] += mf_dot_s8(x, w, n);
}

#endif
