/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_tile.h: two filters over three pixels at once, so that five loads serve six products. Some cores have it in
   assembly, which is C elsewhere. Include mf_kernel.h first. */
#ifndef MF_TILE_H
#define MF_TILE_H

#define MF_TILE_PIXELS  3
#define MF_TILE_FILTERS 2
#define MF_TILE_SUMS    6

/* Three pixels, whose windows are runs of `run` inputs in each of `count` rows, both 1 or more: those of the first
   begin at `offset`, those of the next two `apart` further each. */
typedef struct {
  const int8_t *const *rows;
  int32_t count;
  int32_t run;
  int32_t apart;
  int32_t offset;
} mf_three;

/* Copies n bytes, often few. Where words have to be aligned, memcpy of four bytes is a call. */
MF_KERNEL void mf_copy_few(int8_t *to, const int8_t *from, int32_t n) {
  for (; n >= 4; n -= 4, to += 4, from += 4) {
#if defined(__ARM_ARCH_6M__)
    to[0] = from[0], to[1] = from[1], to[2] = from[2], to[3] = from[3];
#else
    memcpy(to, from, 4);
#endif
  }
  for (; n > 0; n--) *to++ = *from++;
}

/* mf_tile_s8: the sums of the products of each pixel's window with the weights of two filters, which lie `step`
   apart: the first filter's three, then the second's. They start from sum[0] and sum[1]. */
#if defined(__thumb2__)
/* An input of each pixel (x in r0, r1 apart) times a weight of each filter (w in r2, r3 apart); sums in r4 to r9. */
#define MF_TILE_STEP              \
  "ldrsb r10, [r2, r3]\n"         \
  "ldrsb r11, [r2], #1\n"         \
  "ldrsb r12, [r0, r1, lsl #1]\n" \
  "mla r6, r12, r11, r6\n"        \
  "mla r9, r12, r10, r9\n"        \
  "ldrsb r12, [r0, r1]\n"         \
  "mla r5, r12, r11, r5\n"        \
  "mla r8, r12, r10, r8\n"        \
  "ldrsb r12, [r0], #1\n"         \
  "mla r4, r12, r11, r4\n"        \
  "mla r7, r12, r10, r7\n"

__attribute__((naked)) MF_INNER void mf_tile_s8(const mf_three *three, const int8_t *w,
                                                ptrdiff_t step, int32_t *sum) {
  MF_IN_REGISTERS((void)three, (void)w, (void)step, (void)sum);
  __asm__ volatile(
      "push {r0, r3, r4-r11, lr}\n"
      "ldrd r4, r7, [r3]\n"
      "mov r5, r4\n"
      "mov r6, r4\n"
      "mov r8, r7\n"
      "mov r9, r7\n"
      "mov r3, r2\n"
      "mov r2, r1\n"
      "ldrd r10, r11, [r0]\n"
      "push {r10, r11}\n" /* the row pointer, the rows that are left */
      "ldr r1, [r0, #12]\n"
      "0:\n"
      "ldrd r12, r10, [sp, #4]\n"
      "ldr r11, [sp]\n"
      "ldr r0, [r11], #4\n"
      "str r11, [sp]\n"
      "ldr lr, [r10, #8]\n"
      "ldr r11, [r10, #16]\n"
      "add r0, r11\n"
      "subs lr, #8\n"
      "blt 2f\n"
      "1:\n" MF_TILE_STEP MF_TILE_STEP MF_TILE_STEP MF_TILE_STEP MF_TILE_STEP MF_TILE_STEP
          MF_TILE_STEP MF_TILE_STEP
      "subs lr, #8\n"
      "bge 1b\n"
      "2:\n"
      "adds lr, #8\n"
      "beq 4f\n"
      "3:\n" MF_TILE_STEP
      "subs lr, #1\n"
      "bne 3b\n"
      "4:\n"
      "ldr r12, [sp, #4]\n"
      "subs r12, #1\n"
      "str r12, [sp, #4]\n"
      "bne 0b\n"
      "ldr r12, [sp, #12]\n"
      "stm r12, {r4-r9}\n"
      "add sp, #16\n"
      "pop {r4-r11, pc}\n");
}
#elif defined(__riscv_mul) && !defined(__riscv_32e) && __riscv_xlen == 32
/* Input i of each pixel (x in a0, a1, a2) times weight i of each filter (w in a3, a4); sums in t0 to t5. */
#define MF_TILE_STEP(i) \
  "lb a5, " i           \
  "(a3)\n"              \
  "lb a6, " i           \
  "(a4)\n"              \
  "lb a7, " i           \
  "(a0)\n"              \
  "mul t6, a7, a5\n"    \
  "add t0, t0, t6\n"    \
  "mul a7, a7, a6\n"    \
  "add t3, t3, a7\n"    \
  "lb a7, " i           \
  "(a1)\n"              \
  "mul t6, a7, a5\n"    \
  "add t1, t1, t6\n"    \
  "mul a7, a7, a6\n"    \
  "add t4, t4, a7\n"    \
  "lb a7, " i           \
  "(a2)\n"              \
  "mul t6, a7, a5\n"    \
  "add t2, t2, t6\n"    \
  "mul a7, a7, a6\n"    \
  "add t5, t5, a7\n"
#define MF_TILE_ON(n) \
  "addi a0, a0, " n   \
  "\n"                \
  "addi a1, a1, " n   \
  "\n"                \
  "addi a2, a2, " n   \
  "\n"                \
  "addi a3, a3, " n   \
  "\n"                \
  "addi a4, a4, " n "\n"

__attribute__((naked)) MF_INNER void mf_tile_s8(const mf_three *three, const int8_t *w,
                                                ptrdiff_t step, int32_t *sum) {
  MF_IN_REGISTERS((void)three, (void)w, (void)step, (void)sum);
  __asm__ volatile(
      "addi sp, sp, -32\n"
      "sw s0, 0(sp)\n"
      "sw s1, 4(sp)\n"
      "sw s2, 8(sp)\n"
      "sw s3, 12(sp)\n"
      "sw a3, 16(sp)\n"
      "lw t0, 0(a3)\n"
      "lw t3, 4(a3)\n"
      "mv t1, t0\n"
      "mv t2, t0\n"
      "mv t4, t3\n"
      "mv t5, t3\n"
      "mv s0, a0\n"
      "lw s1, 0(a0)\n" /* the row pointer */
      "lw s2, 4(a0)\n" /* the rows that are left */
      "mv a3, a1\n"
      "add a4, a1, a2\n"
      "0:\n"
      "lw a0, 0(s1)\n"
      "lw a1, 16(s0)\n"
      "add a0, a0, a1\n"
      "lw a2, 12(s0)\n"
      "add a1, a0, a2\n"
      "add a2, a1, a2\n"
      "lw s3, 8(s0)\n"
      "addi s1, s1, 4\n"
      "addi s3, s3, -8\n"
      "bltz s3, 2f\n"
      "1:\n" MF_TILE_STEP("0") MF_TILE_STEP("1") MF_TILE_STEP("2") MF_TILE_STEP("3")
      MF_TILE_STEP("4") MF_TILE_STEP("5") MF_TILE_STEP("6") MF_TILE_STEP("7") MF_TILE_ON("8")
      "addi s3, s3, -8\n"
      "bgez s3, 1b\n"
      "2:\n"
      "addi s3, s3, 8\n"
      "beqz s3, 4f\n"
      "3:\n" MF_TILE_STEP("0") MF_TILE_ON("1")
      "addi s3, s3, -1\n"
      "bnez s3, 3b\n"
      "4:\n"
      "addi s2, s2, -1\n"
      "bnez s2, 0b\n"
      "lw a3, 16(sp)\n"
      "sw t0, 0(a3)\n"
      "sw t1, 4(a3)\n"
      "sw t2, 8(a3)\n"
      "sw t3, 12(a3)\n"
      "sw t4, 16(a3)\n"
      "sw t5, 20(a3)\n"
      "lw s0, 0(sp)\n"
      "lw s1, 4(sp)\n"
      "lw s2, 8(sp)\n"
      "lw s3, 12(sp)\n"
      "addi sp, sp, 32\n"
      "ret\n");
}
#else
MF_INNER void mf_tile_s8(const mf_three *three, const MF_ROM int8_t *w, ptrdiff_t step,
                         int32_t *sum) {
  int32_t s0 = sum[0], s1 = s0, s2 = s0, s3 = sum[1], s4 = s3, s5 = s3;
  for (int32_t k = 0; k < three->count; k++) {
    const int8_t *x = three->rows[k] + three->offset;
    const int8_t *x1 = x + three->apart, *x2 = x1 + three->apart;
    for (const int8_t *end = x + three->run; x != end; x++, w++) {
      const int v = *w, v1 = w[step];
      s0 += *x * v, s3 += *x * v1;
      s1 += *x1 * v, s4 += *x1++ * v1;
      s2 += *x2 * v, s5 += *x2++ * v1;
    }
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3, sum[4] = s4, sum[5] = s5;
}
#endif

#endif
