/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_window.h: sums over the window of a depthwise convolution. Include mf_kernel.h first. */
#ifndef MF_WINDOW_H
#define MF_WINDOW_H

/* Sums over a window of n rows for four lanes, with `taps` in each row, `apart` in the input and `step` in the weights.
   `offset` is that of tap 0 in a row, null for one outside, which reads `zero` instead. `spread`: 0 where all lanes read
   the same input, 1 where each reads the next. */
#if MF_AVR_LOOPS
/* A weight (at Z) times an input in r25, added to a sum: two bytes with a sign, whose overflows the others count. */
#define MF_WINDOW_PRODUCT(k, low, high) \
  "lpm r24, Z+\n"                       \
  "muls r24, r25\n"                     \
  "add " low                            \
  ", r0\n"                              \
  "adc " high                           \
  ", r1\n"                              \
  "brvs 2" k                            \
  "f\n"                                 \
  "3" k ":\n"
#define MF_WINDOW_OVERFLOW(k, low, high) \
  "2" k                                  \
  ":\n"                                  \
  "ldi r24, 0xff\n"                      \
  "brmi .+6\n"                           \
  "add " low                             \
  ", r24\n"                              \
  "adc " high                            \
  ", r24\n"                              \
  "rjmp 3" k                             \
  "b\n"                                  \
  "sub " low                             \
  ", r24\n"                              \
  "sbc " high                            \
  ", r24\n"                              \
  "rjmp 3" k "b\n"
#define MF_WINDOW_NEXT \
  "brtc .+2\n"         \
  "ld r25, X+\n"
#define MF_WINDOW_SUM(b0, b1, b2, b3) \
  "mov r24, " b1                      \
  "\n"                                \
  "lsl r24\n"                         \
  "sbc " b2                           \
  ", r1\n"                            \
  "sbc " b3                           \
  ", r1\n"                            \
  "st X+, " b0 "\n st X+, " b1 "\n st X+, " b2 "\n st X+, " b3 "\n"

/* `spread` is its lowest bit, and `zero` the byte above. Sums from r2 on; on the stack what only rows need. */
__attribute__((naked, noclone)) MF_INNER void mf_window4_run_s8(const int8_t *const *rows, int n,
                                                                int offset, int apart,
                                                                int spread_zero,
                                                                const MF_ROM int8_t *w, int step,
                                                                int taps, int32_t *sum) {
  MF_IN_REGISTERS((void)rows, (void)n, (void)offset, (void)apart, (void)spread_zero, (void)w,
                  (void)step, (void)taps, (void)sum);
  __asm__ volatile(
      "ldi r26, 14\n"
      "ldi r27, 0\n"
      "ldi r30, lo8(gs(1f))\n"
      "ldi r31, hi8(gs(1f))\n"
      "jmp __prologue_saves__\n"
      "1:\n"
      "std Y+1, r17\n std Y+2, r17\n std Y+3, r17\n std Y+4, r17\n"
      "std Y+5, r24\n std Y+6, r25\n"
      "std Y+7, r20\n std Y+8, r21\n"
      "bst r16, 0\n"
      "subi r18, 1\n sbci r19, 0\n"
      "brtc .+4\n"
      "subi r18, 3\n sbci r19, 0\n"
      "std Y+9, r18\n std Y+10, r19\n"
      "std Y+11, r10\n std Y+12, r11\n"
      "std Y+13, r22\n std Y+14, r23\n"
      "movw r30, r14\n"
      "movw r18, r12\n"
      "subi r18, 4\n sbci r19, 0\n"
      "clr r2\n"
      "clr r3\n"
      "movw r4, r2\n movw r6, r2\n movw r8, r2\n movw r10, r2\n"
      "movw r12, r2\n movw r14, r2\n movw r16, r2\n"
      "2:\n"
      "ldd r26, Y+5\n ldd r27, Y+6\n"
      "ld r24, X+\n ld r25, X+\n"
      "std Y+5, r26\n std Y+6, r27\n"
      "ldd r22, Y+11\n ldd r23, Y+12\n"
      "mov r0, r24\n or r0, r25\n"
      "breq 3f\n"
      "ldd r26, Y+7\n ldd r27, Y+8\n"
      "add r26, r24\n adc r27, r25\n"
      "ldd r20, Y+9\n ldd r21, Y+10\n"
      "rjmp 4f\n"
      "3:\n"
      "movw r26, r28\n"
      "adiw r26, 1\n"
      "ldi r20, 0xff\n"
      "ldi r21, 0xff\n"
      "brtc 4f\n"
      "ldi r20, 0xfc\n"
      "4:\n"
      "ld r25, X+\n" MF_WINDOW_PRODUCT("0", "r2", "r3") MF_WINDOW_NEXT
      MF_WINDOW_PRODUCT("1", "r6", "r7") MF_WINDOW_NEXT
      MF_WINDOW_PRODUCT("2", "r10", "r11") MF_WINDOW_NEXT
      MF_WINDOW_PRODUCT("3", "r14", "r15")
      "add r26, r20\n adc r27, r21\n"
      "add r30, r18\n adc r31, r19\n"
      "subi r22, 1\n sbci r23, 0\n"
      "brne 4b\n"
      "rjmp 5f\n" /* */
      MF_WINDOW_OVERFLOW("0", "r4", "r5") MF_WINDOW_OVERFLOW("1", "r8", "r9")
      MF_WINDOW_OVERFLOW("2", "r12", "r13") MF_WINDOW_OVERFLOW("3", "r16", "r17")
      "5:\n"
      "ldd r24, Y+13\n ldd r25, Y+14\n"
      "sbiw r24, 1\n"
      "std Y+13, r24\n std Y+14, r25\n"
      "breq 6f\n"
      "rjmp 2b\n"
      "6:\n"
      "clr r1\n"
      "ldd r26, Y+26\n ldd r27, Y+25\n" /* the last argument, as it was saved */
      MF_WINDOW_SUM("r2", "r3", "r4", "r5") MF_WINDOW_SUM("r6", "r7", "r8", "r9")
      MF_WINDOW_SUM("r10", "r11", "r12", "r13") MF_WINDOW_SUM("r14", "r15", "r16", "r17")
      "adiw r28, 14\n"
      "ldi r30, 18\n"
      "jmp __epilogue_restores__\n");
}

MF_KERNEL void mf_window4_s8(const int8_t *const *rows, int n, int offset, int apart, int spread,
                             int8_t zero, const MF_ROM int8_t *w, int step, int taps,
                             int32_t *sum) {
  const int both = (int)((unsigned)(uint8_t)zero << 8 | (unsigned)spread);
  mf_window4_run_s8(rows, n, offset, apart, both, w, step, taps, sum);
}
#else
MF_KERNEL void mf_window4_s8(const int8_t *const *rows, int n, int offset, int apart, int spread,
                             int8_t zero, const MF_ROM int8_t *w, int step, int taps,
                             int32_t *sum) {
  const int8_t outside[MF_LANES] = {zero, zero, zero, zero};
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (const int8_t *const *end = rows + n; rows != end; rows++) {
    const int8_t *x = *rows == NULL ? outside : *rows + offset;
    const int advance = *rows == NULL ? 0 : apart;
    for (int k = taps; k > 0; k--, x += advance, w += step) {
      s0 += x[0] * w[0];
      s1 += x[spread] * w[1];
      s2 += x[2 * spread] * w[2];
      s3 += x[3 * spread] * w[3];
    }
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
}
#endif

/* mf_abreast_s8: adds the products of `taps` (1 or more) inputs and weights, x_step and w_step apart, to the sums of n lanes, which
   read neighbours. */
#if defined(__thumb2__)
/* A tap of four lanes, inputs at r0 and weights at r2, added to r4 to r7. */
#if defined(__ARM_FEATURE_DSP)
#define MF_ABREAST_TAP        \
  "ldr r9, [r0]\n"            \
  "ldr r11, [r2]\n"           \
  "sxtb16 r10, r9\n"          \
  "sxtb16 r9, r9, ror #8\n"   \
  "sxtb16 r12, r11\n"         \
  "sxtb16 r11, r11, ror #8\n" \
  "smlabb r4, r10, r12, r4\n" \
  "smlatt r6, r10, r12, r6\n" \
  "smlabb r5, r9, r11, r5\n"  \
  "smlatt r7, r9, r11, r7\n"
#else
#define MF_ABREAST_TAP     \
  "ldrsb r9, [r0]\n"       \
  "ldrsb r10, [r2]\n"      \
  "ldrsb r11, [r0, #1]\n"  \
  "ldrsb r12, [r2, #1]\n"  \
  "mla r4, r9, r10, r4\n"  \
  "mla r5, r11, r12, r5\n" \
  "ldrsb r9, [r0, #2]\n"   \
  "ldrsb r10, [r2, #2]\n"  \
  "ldrsb r11, [r0, #3]\n"  \
  "ldrsb r12, [r2, #3]\n"  \
  "mla r6, r9, r10, r6\n"  \
  "mla r7, r11, r12, r7\n"
#endif

/* Four lanes or more, a multiple of four; one tap or more. On the stack, how far inputs and weights go back to the next
   lanes, and where the sums end. */
__attribute__((naked)) MF_INNER void mf_abreast_fours_s8(const int8_t *x, int32_t x_step,
                                                         const int8_t *w, int32_t w_step,
                                                         int32_t taps, int32_t n, int32_t *sum) {
  MF_IN_REGISTERS((void)x, (void)x_step, (void)w, (void)w_step, (void)taps, (void)n, (void)sum);
  __asm__ volatile(
      "push {r4-r11, lr}\n"
      "ldr r8, [sp, #36]\n"
      "ldrd r9, lr, [sp, #40]\n"
      "add r9, lr, r9, lsl #2\n"
      "mul r10, r8, r1\n"
      "mul r11, r8, r3\n"
      "sub r10, #4\n"
      "sub r11, #4\n"
      "push {r9-r11}\n"
      "1:\n"
      "ldm lr, {r4-r7}\n"
      "ldr r8, [sp, #48]\n"
      "2:\n" MF_ABREAST_TAP
      "add r0, r1\n"
      "add r2, r3\n"
      "subs r8, #1\n"
      "bne 2b\n"
      "ldm sp, {r9-r11}\n"
      "stm lr!, {r4-r7}\n"
      "sub r0, r10\n"
      "sub r2, r11\n"
      "cmp lr, r9\n"
      "bne 1b\n"
      "add sp, #12\n"
      "pop {r4-r11, pc}\n");
}
#else
MF_INNER void mf_abreast_fours_s8(const int8_t *x, int32_t x_step, const MF_ROM int8_t *w,
                                  int32_t w_step, int32_t taps, int32_t n, int32_t *sum) {
  for (const int32_t *const end = sum + n; sum != end; x += 4, w += 4, sum += 4) {
    const int8_t *v = x;
    const MF_ROM int8_t *u = w;
    int32_t s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
    for (int32_t k = taps; k > 0; k--, v += x_step, u += w_step) {
      s0 += v[0] * u[0];
      s1 += v[1] * u[1];
      s2 += v[2] * u[2];
      s3 += v[3] * u[3];
    }
    sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
  }
}
#endif

MF_KERNEL void mf_abreast_s8(const int8_t *x, int32_t x_step, const MF_ROM int8_t *w,
                             int32_t w_step, int32_t taps, int32_t n, int32_t *sum) {
  int32_t i = n - n % 4;
  if (i > 0) mf_abreast_fours_s8(x, x_step, w, w_step, taps, i, sum);
  for (; i < n; i++)
    for (int32_t k = 0; k < taps; k++) sum[i] += x[k * x_step + i] * w[k * w_step + i];
}

#endif
