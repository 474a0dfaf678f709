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
#if defined(__ARM_FEATURE_MVE)
MF_INNER int32_t mf_dot_s8(const int8_t *x, const MF_ROM int8_t *w, int n) {
  int32_t sum;
  __asm__ volatile(
      "mov r0, #0; dlstp.8 lr, %[n]\n"
      "1: vldrb.u8 q0, [%[x]], #16; vldrb.u8 q1, [%[w]], #16; vmladava.s8 r0, q0, q1\n"
      "letp lr, 1b; mov %[sum], r0\n"
      : [x] "+r"(x), [w] "+r"(w), [sum] "=r"(sum)
      : [n] "r"(n)
      : "r0", "lr", "q0", "q1", "memory");
  return sum;
}
#elif MF_AVR_LOOPS
/* Two bytes of the sum have a sign, and the others count their overflows. */
MF_INNER int32_t mf_dot_s8(const int8_t *x, const MF_ROM int8_t *w, int n) {
  int32_t sum = 0;
  int8_t input, weight;
  __asm__ volatile(
      "rjmp 2f\n"
      "1:\n"
      "ld %[input], %a[x]+\n"
      "lpm %[weight], %a[w]+\n"
      "muls %[input], %[weight]\n"
      "add %A[sum], r0\n adc %B[sum], r1\n"
      "brvs 3f\n"
      "2:\n"
      "subi %A[n], 1\n sbci %B[n], 0\n"
      "brcc 1b\n"
      "rjmp 5f\n"
      "3:\n"
      "brmi 4f\n"
      "subi %C[sum], 1\n sbci %D[sum], 0\n"
      "rjmp 2b\n"
      "4:\n"
      "subi %C[sum], 0xff\n sbci %D[sum], 0xff\n"
      "rjmp 2b\n"
      "5:\n"
      "clr r1\n"
      "sbrs %B[sum], 7\n"
      "rjmp 6f\n"
      "subi %C[sum], 1\n sbci %D[sum], 0\n"
      "6:\n"
      : [x] "+x"(x), [w] "+z"(w), [n] "+d"(n), [sum] "+d"(sum), [input] "=&d"(input),
        [weight] "=&d"(weight)
      :
      : "r0", "memory");
  return sum;
}
#else
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
#endif

#if defined(__ARM_FEATURE_MVE)
/* Adds such sums for four lanes, whose weights lie `step` apart: x in r0, n in r3, sums in r4, r6, r8 and r10, the
   lanes' weights in r1, r5, r7 and r2. */
__attribute__((naked)) MF_INNER void mf_dot4_s8(const int8_t *x, const int8_t *w, ptrdiff_t step,
                                                int n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)w, (void)step, (void)n, (void)sum);
  __asm__ volatile(
      "push {r4-r8, r10, lr}\n"
      "ldr r12, [sp, #28]; ldm r12, {r4, r6, r8, r10}\n"
      "add r5, r1, r2; add r7, r5, r2; add r2, r7, r2; dlstp.8 lr, r3\n"
      "1: vldrb.u8 q0, [r0], #16\n"
      "vldrb.u8 q1, [r1], #16; vmladava.s8 r4, q1, q0\n"
      "vldrb.u8 q2, [r5], #16; vmladava.s8 r6, q2, q0\n"
      "vldrb.u8 q1, [r7], #16; vmladava.s8 r8, q1, q0\n"
      "vldrb.u8 q2, [r2], #16; vmladava.s8 r10, q2, q0\n"
      "letp lr, 1b; stm r12, {r4, r6, r8, r10}\n"
      "pop {r4-r8, r10, pc}\n");
}
#elif defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
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
#elif defined(__ARM_ARCH_6M__)
/* An input times a weight of each lane: r5 goes from -n to 0, r0 to r4 are the ends of inputs and weights, and the sums
   stand in r8 to r11. */
#define MF_DOT4_STEP     \
  "ldrsb r6, [r0, r5]\n" \
  "ldrsb r7, [r1, r5]\n" \
  "muls r7, r6\n"        \
  "add r8, r7\n"         \
  "ldrsb r7, [r3, r5]\n" \
  "muls r7, r6\n"        \
  "add r9, r7\n"         \
  "ldrsb r7, [r4, r5]\n" \
  "muls r7, r6\n"        \
  "add r10, r7\n"        \
  "ldrsb r7, [r2, r5]\n" \
  "muls r6, r7\n"        \
  "add r11, r6\n"        \
  "adds r5, #1\n"

/* Adds such sums for four lanes, whose weights lie `step` apart. */
__attribute__((naked)) MF_INNER void mf_dot4_s8(const int8_t *x, const int8_t *w, ptrdiff_t step,
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
      "ldr r7, [sp, #36]\n"
      "ldm r7, {r4-r7}\n"
      "mov r8, r4\n"
      "mov r9, r5\n"
      "mov r10, r6\n"
      "mov r11, r7\n"
      "rsbs r5, r3, #0\n"
      "beq 3f\n"
      "adds r0, r3\n"
      "adds r1, r3\n"
      "adds r3, r1, r2\n"
      "adds r4, r3, r2\n"
      "adds r2, r4\n"
      "b 2f\n"
      "1:\n" MF_DOT4_STEP
      "2:\n"
      "lsls r6, r5, #30\n"
      "bne 1b\n"
      "tst r5, r5\n"
      "beq 3f\n"
      "4:\n" MF_DOT4_STEP MF_DOT4_STEP MF_DOT4_STEP MF_DOT4_STEP
      "bne 4b\n"
      "3:\n"
      "ldr r7, [sp, #36]\n"
      "mov r0, r8\n"
      "mov r1, r9\n"
      "mov r2, r10\n"
      "mov r3, r11\n"
      "stm r7!, {r0-r3}\n"
      "pop {r4-r7}\n"
      "mov r8, r4\n"
      "mov r9, r5\n"
      "mov r10, r6\n"
      "mov r11, r7\n"
      "pop {r4-r7, pc}\n");
}
#elif MF_AVR_LOOPS
/* A weight (at Z) times an input, added to a sum: two bytes with a sign, whose overflows the third counts. They
   are rare, and dealt with apart, `way` of here: b or f. */
#define MF_DOT4_PRODUCT(k, way, input, low, middle) \
  "lpm r24, Z+\n"                                   \
  "muls r24, " input                                \
  "\n"                                              \
  "add " low                                        \
  ", r0\n"                                          \
  "adc " middle                                     \
  ", r1\n"                                          \
  "brvs 2" k way                                    \
  "\n"                                              \
  "3" k ":\n"
#define MF_DOT4_OVERFLOW(k, way, high) \
  "2" k                                \
  ":\n"                                \
  "brmi .+4\n"                         \
  "dec " high                          \
  "\n"                                 \
  "rjmp 3" k way                       \
  "\n"                                 \
  "inc " high                          \
  "\n"                                 \
  "rjmp 3" k way "\n"
#define MF_DOT4_LANE(k, way, low, middle)         \
  MF_DOT4_PRODUCT(k "0", way, "r16", low, middle) \
  MF_DOT4_PRODUCT(k "1", way, "r17", low, middle) \
  MF_DOT4_PRODUCT(k "2", way, "r18", low, middle) \
  MF_DOT4_PRODUCT(k "3", way, "r19", low, middle)
#define MF_DOT4_OVERFLOWS(k, way, high) \
  MF_DOT4_OVERFLOW(k "0", way, high)    \
  MF_DOT4_OVERFLOW(k "1", way, high)    \
  MF_DOT4_OVERFLOW(k "2", way, high) MF_DOT4_OVERFLOW(k "3", way, high)
/* On to the next lane. */
#define MF_DOT4_NEXT "add r30, r14\nadc r31, r15\n"
/* Adds the sum of a lane to that at Y, which has four bytes. */
#define MF_DOT4_BYTE(at, from) \
  "ldd r0, Y+" at              \
  "\n"                         \
  "adc r0, " from              \
  "\n"                         \
  "std Y+" at ", r0\n"
#define MF_DOT4_SUM(a0, a1, a2, a3, low, middle, high)                          \
  "sbrc " middle                                                                \
  ", 7\n"                                                                       \
  "dec " high                                                                   \
  "\n"                                                                          \
  "mov r24, " high                                                              \
  "\n"                                                                          \
  "lsl r24\n"                                                                   \
  "sbc r24, r24\n"                                                              \
  "clc\n" MF_DOT4_BYTE(a0, low) MF_DOT4_BYTE(a1, middle) MF_DOT4_BYTE(a2, high) \
      MF_DOT4_BYTE(a3, "r24")

/* Adds such sums for four lanes, whose weights lie `step` apart. Inputs at X, weights at Z, sums of three bytes from r2
   on, which are added to those of four bytes every 504 inputs, before they overflow. Inputs behind the last four are
   followed by zeros, and weights behind the last are read: any address may be. */
__attribute__((naked, noclone)) MF_INNER void mf_dot4_s8(const int8_t *x, const MF_ROM int8_t *w,
                                                         ptrdiff_t step, int n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)w, (void)step, (void)n, (void)sum);
  __asm__ volatile(
      "ldi r26, 0\n"
      "ldi r27, 0\n"
      "ldi r30, lo8(gs(1f))\n"
      "ldi r31, hi8(gs(1f))\n"
      "jmp __prologue_saves__\n"
      "1:\n"
      "movw r26, r24\n"
      "movw r30, r22\n"
      "movw r14, r20\n"
      "movw r28, r20\n" /* three steps */
      "lsl r28\n rol r29\n add r28, r14\n adc r29, r15\n"
      "ldi r24, 4\n"
      "sub r14, r24\n sbc r15, r1\n"
      "clr r21\n"
      "ldi r20, 3\n" /* inputs behind the last four */
      "and r20, r18\n"
      "movw r22, r18\n" /* fours */
      "lsr r23\n ror r22\n lsr r23\n ror r22\n"
      "2:\n"
      "clr r2\n"
      "clr r3\n"
      "movw r4, r2\n movw r6, r2\n movw r8, r2\n movw r10, r2\n movw r12, r2\n"
      "ldi r25, 126\n"
      "cp r22, r25\n"
      "cpc r23, r21\n"
      "brsh 3f\n"
      "mov r25, r22\n"
      "3:\n"
      "sub r22, r25\n sbc r23, r21\n"
      "tst r25\n"
      "brne 5f\n"
      "rjmp 6f\n" /* */
      MF_DOT4_OVERFLOWS("0", "f", "r4") MF_DOT4_OVERFLOWS("1", "f", "r7")
      "5:\n"
      "ld r16, X+\n ld r17, X+\n ld r18, X+\n ld r19, X+\n"
      "4:\n" MF_DOT4_LANE("0", "b", "r2", "r3") MF_DOT4_NEXT
      MF_DOT4_LANE("1", "b", "r5", "r6") MF_DOT4_NEXT
      MF_DOT4_LANE("2", "f", "r8", "r9") MF_DOT4_NEXT
      MF_DOT4_LANE("3", "f", "r11", "r12")
      "sub r30, r28\n sbc r31, r29\n"
      "dec r25\n"
      "breq 6f\n"
      "rjmp 5b\n"
      MF_DOT4_OVERFLOWS("2", "b", "r10") MF_DOT4_OVERFLOWS("3", "b", "r13")
      "6:\n"
      "mov r24, r22\n or r24, r23\n"
      "brne 8f\n"
      "tst r20\n"
      "breq 8f\n"
      "clr r17\n clr r18\n clr r19\n"
      "ld r16, X+\n"
      "dec r20\n"
      "breq 7f\n"
      "ld r17, X+\n"
      "dec r20\n"
      "breq 7f\n"
      "ld r18, X+\n"
      "clr r20\n"
      "7:\n"
      "ldi r25, 1\n"
      "rjmp 4b\n"
      "8:\n"
      "movw r16, r28\n"
      "in r28, __SP_L__\n in r29, __SP_H__\n"
      "ldd r18, Y+4\n ldd r19, Y+3\n" /* the last argument, as it was saved */
      "movw r28, r18\n" /* */
      MF_DOT4_SUM("0", "1", "2", "3", "r2", "r3", "r4")
      MF_DOT4_SUM("4", "5", "6", "7", "r5", "r6", "r7")
      MF_DOT4_SUM("8", "9", "10", "11", "r8", "r9", "r10")
      MF_DOT4_SUM("12", "13", "14", "15", "r11", "r12", "r13")
      "movw r28, r16\n"
      "mov r24, r22\n or r24, r23\n"
      "breq 9f\n"
      "rjmp 2b\n"
      "9:\n"
      "clr r1\n"
      "in r28, __SP_L__\n in r29, __SP_H__\n"
      "ldi r30, 18\n"
      "jmp __epilogue_restores__\n");
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
