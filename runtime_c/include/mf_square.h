/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_square.h: 3x3 windows over a strip of four channels of three rows, for cores with Arm's DSP extension.
   Include mf_acle.h first. */
#ifndef MF_SQUARE_H
#define MF_SQUARE_H

#define MF_SQUARE        4 /* channels */
#define MF_SQUARE_FILTER 5 /* words of a channel's parameters */

/* A strip is first widened to halves. Its columns lie in pairs of 12 words, three for each channel: (row 0,
   row 1) of the left column, the same of the right one, (left, right) of row 2. Each is an operand of an
   instruction with two products, and neighbouring windows share it. A window then takes five.

   The assembler below reads the fields: their order counts. */
typedef struct {
  const int8_t *rows[3]; /* the first column to read, of the rows under the taps */
  int32_t step;          /* bytes from one column to the next, of input and output */
  uint32_t *pairs;       /* where the widened columns are */
  uint32_t zero;         /* the zero point, four times */
  int32_t left;          /* 1: a column of zero points precedes the first */
  int32_t whole;         /* pairs to read, behind the first column if it has one on its left */
  int32_t odd;           /* 1: one more column is read */
  int32_t beyond;        /* pairs of zero points behind all that */
  const MF_ROM int32_t *filter; /* four channels' parameters, as in depthwise3x3_s8/contract.h */
  int8_t *out;                  /* the first output's first channel */
  int32_t outputs;              /* 1 or more */
  int32_t target;               /* twice the outputs' zero point, and 1 */
  int32_t outside;              /* 1: row 0 counts as zero points; 2: row 2; 3: both */
} mf_square;

/* The weight under a tap. */
MF_KERNEL int32_t mf_square_weight(const MF_ROM int32_t *filter, int32_t row, int32_t column) {
  const uint8_t places[3][3] = {
      {0, 1, 4}, {2, 3, 6}, {5, 7, 11}}; /* bytes behind the second word */
  const int32_t place = places[row][column];
  return (int8_t)(uint8_t)((uint32_t)filter[2 + (place >> 2)] >> (8 * (place & 3)));
}

/* The output of a doubled sum without its bias. */
MF_KERNEL int8_t mf_square_output(int32_t sum, const MF_ROM int32_t *filter, int32_t target) {
  return mf_twice_output(mf_wrapping_add(sum, filter[0]), filter[1], target, filter[4] & 31);
}

#if MF_DSP

/* A function of assembler alone, which saves registers itself. */
#define MF_SQUARE_FUNCTION MF_ENTRY __attribute__((naked))

/* clang-format off */

/* Columns from r6-r8 (channels 0 and 1) and r9-r11 (2 and 3) to r12. */
#define MF_SQUARE_PUT                                                                     \
  "sxtb16 r4, r6\n" "sxtb16 r5, r7\n" "stmia r12!, {r4, r5}\n" "sxtb16 r4, r8\n"          \
  "sxtb16 r6, r6, ror #8\n" "sxtb16 r7, r7, ror #8\n" "sxtb16 r8, r8, ror #8\n"           \
  "stmia r12!, {r4, r6, r7, r8}\n" "sxtb16 r4, r9\n" "sxtb16 r5, r10\n"                   \
  "stmia r12!, {r4, r5}\n" "sxtb16 r4, r11\n" "sxtb16 r9, r9, ror #8\n"                   \
  "sxtb16 r10, r10, ror #8\n" "sxtb16 r11, r11, ror #8\n"                                 \
  "stmia r12!, {r4, r9, r10, r11}\n"

/* Widens columns. r0-r2: rows, r3: step, lr: pairs left. */
MF_SQUARE_FUNCTION void mf_square_widen(const mf_square *s __attribute__((unused))) {
  __asm__(
      "push {r0, r1, r4-r11, lr}\n" "ldrd r12, r5, [r0, #16]\n"
      "ldrd r4, lr, [r0, #24]\n" "ldr r6, [r0, #32]\n" "str r6, [sp, #4]\n"
      "ldmia r0, {r0-r3}\n" "cbz r4, 1f\n"
      /* Zero points and the first column. */
      "ldr r4, [r0]\n" "ldr r8, [r1]\n" "ldr r11, [r2]\n" "add lr, lr, #1\n"
      "add r0, r0, r3\n" "add r1, r1, r3\n" "add r2, r2, r3\n" "mov r6, r5\n"
      "mov r9, r5\n" "pkhbt r7, r4, r8, lsl #16\n" "pkhtb r10, r8, r4, asr #16\n"
      "pkhbt r8, r5, r11, lsl #16\n" "pkhtb r11, r11, r5, asr #16\n" "b 3f\n"
      "1: cmp lr, #0\n" "beq 4f\n"
      /* Two columns. */
      "2: ldr r4, [r0]\n" "ldr r5, [r1]\n" "pkhbt r6, r4, r5, lsl #16\n"
      "pkhtb r9, r5, r4, asr #16\n" "ldr r4, [r0, r3]\n" "ldr r5, [r1, r3]\n"
      "add r0, r0, r3, lsl #1\n" "add r1, r1, r3, lsl #1\n"
      "pkhbt r7, r4, r5, lsl #16\n" "pkhtb r10, r5, r4, asr #16\n" "ldr r4, [r2]\n"
      "ldr r5, [r2, r3]\n" "add r2, r2, r3, lsl #1\n" "pkhbt r8, r4, r5, lsl #16\n"
      "pkhtb r11, r5, r4, asr #16\n"
      "3:\n" MF_SQUARE_PUT
      "subs lr, lr, #1\n" "bne 2b\n"
      "4: ldrd r4, r6, [sp]\n" "ldr r5, [r4, #20]\n" "cbz r6, 5f\n"
      /* The last column and zero points. */
      "str lr, [sp, #4]\n" "mov lr, #1\n" "ldr r4, [r0]\n" "ldr r8, [r1]\n"
      "ldr r11, [r2]\n" "mov r7, r5\n" "mov r10, r5\n" "pkhbt r6, r4, r8, lsl #16\n"
      "pkhtb r9, r8, r4, asr #16\n" "pkhbt r8, r11, r5, lsl #16\n"
      "pkhtb r11, r5, r11, asr #16\n" "b 3b\n"
      /* Zero points. */
      "5: ldr lr, [r4, #36]\n" "sxtb16 r5, r5\n" "mov r6, r5\n" "mov r7, r5\n" "b 7f\n"
      "6: stmia r12!, {r5, r6, r7}\n" "stmia r12!, {r5, r6, r7}\n"
      "stmia r12!, {r5, r6, r7}\n" "stmia r12!, {r5, r6, r7}\n"
      "7: subs lr, lr, #1\n" "bpl 6b\n" "add sp, sp, #8\n"
      "pop {r4-r11, pc}\n");
}

/* In the functions below, r0-r4: weights (0,0)(1,0), (0,1)(1,1), (0,2)(1,2), (2,0)(2,1), (2,1)(2,2), doubled;
   r7-r9: the words of a pair of columns for one channel; r11: the next pair, r12: the output.
   Stack: 0: the weights, 20: doubled bias, 24: multiplier, 28: what is added before the shift, 32: shift,
   36: step, 40: end of r11, 44: the channel's first pair, 48: its first output, 52: filter, 56: its end,
   60: bytes of pairs for all fours of outputs, and 1 where the outputs' zero point is -128, 64: outputs,
   68: target, 72: outside, 76: zero. */
#define MF_SQUARE_NEXT                                                                    \
  "ldmia r11, {r7, r8, r9}\n"                                                             \
  "add r11, r11, #48\n"

/* The sums x and y of two windows that lie one column apart, from the bias in lr. */
#define MF_SQUARE_TWO_1(x, y)                                                             \
  "smlad " x ", r7, r0, lr\n"                                                             \
  "smlatb " y ", r9, r3, lr\n"                                                            \
  "smlad " x ", r8, r1, " x "\n"                                                          \
  "smlad " x ", r9, r3, " x "\n"                                                          \
  "smlad " y ", r8, r0, " y "\n"                                                          \
  MF_SQUARE_NEXT                                                                          \
  "smlad " x ", r7, r2, " x "\n"                                                          \
  "smlabt " x ", r9, r4, " x "\n"                                                         \
  "smlad " y ", r7, r1, " y "\n"                                                          \
  "smlad " y ", r8, r2, " y "\n"                                                          \
  "smlad " y ", r9, r4, " y "\n"

/* The sum x of a window. */
#define MF_SQUARE_ONE(x)                                                                  \
  "smlad " x ", r7, r0, lr\n"                                                             \
  "smlad " x ", r8, r1, " x "\n"                                                          \
  "smlad " x ", r9, r3, " x "\n"                                                          \
  MF_SQUARE_NEXT                                                                          \
  "smlad " x ", r7, r2, " x "\n"                                                          \
  "smlabt " x ", r9, r4, " x "\n"

/* The sums x and y of two windows that lie two columns apart. */
#define MF_SQUARE_TWO_2(x, y) MF_SQUARE_ONE(x) MF_SQUARE_ONE(y)

/* The output of a doubled sum. r0-r2: multiplier, what is added, shift; r4 is free. The sum's sign is that of
   the product where that is not 0. */
#define MF_SQUARE_SCALE(x)                                                                \
  "add r4, r1, " x ", asr #31\n"                                                          \
  "smmlar " x ", " x ", r0, r4\n"                                                         \
  "asr " x ", " x ", r2\n"                                                                \
  "ssat " x ", #8, " x ", asr #1\n"

/* The same where the outputs' zero point is -128: the sign decides between that and less alone. */
#define MF_SQUARE_SCALE_LOWEST(x)                                                         \
  "smmlar " x ", " x ", r0, r1\n"                                                         \
  "asr " x ", " x ", r2\n"                                                                \
  "ssat " x ", #8, " x ", asr #1\n"

#define MF_SQUARE_STORE_TWO(x, y)                                                         \
  "strb " x ", [r12]\n"                                                                   \
  "strb " y ", [r12, r3]\n"                                                               \
  "add r12, r12, r3, lsl #1\n"

#define MF_SQUARE_SCALES                                                                  \
  "ldrd r0, r1, [sp, #24]\n"                                                              \
  "ldrd r2, r3, [sp, #32]\n"

/* Defines a function that computes the outputs of a strip: `two` sums two windows, four of them take `bytes`
   bytes of columns. Its text is in two parts, as compilers need not take more of it at a time. */
#define MF_SQUARE_OUTPUTS(name, two, bytes)                                               \
  MF_SQUARE_FUNCTION void name(const mf_square *s __attribute__((unused))) {              \
    __asm__(                                                                              \
        "push {r4-r11, lr}\n" "sub sp, sp, #80\n"                                         \
        "ldrd r4, r5, [r0, #12]\n" /* step, pairs */                                      \
        "ldr r6, [r0, #20]\n"      /* zero */                                             \
        "ldrd r8, r9, [r0, #40]\n" /* filter, out */                                      \
        "ldrd r2, r3, [r0, #48]\n" /* outputs, target */                                  \
        "ldr r7, [r0, #56]\n"      /* outside */                                          \
        "str r4, [sp, #36]\n" "strd r5, r9, [sp, #44]\n" "add r9, r8, #80\n"              \
        "strd r8, r9, [sp, #52]\n" "lsr r1, r2, #2\n"                                     \
        "mov r4, #" bytes "\n"                                                            \
        "mul r1, r1, r4\n" "cmn r3, #255\n" "it eq\n" "addeq r1, r1, #1\n"                \
        "strd r1, r2, [sp, #60]\n" "strd r3, r7, [sp, #68]\n" "str r6, [sp, #76]\n"       \
        "1: ldr r12, [sp, #52]\n" /* the next channel */                                  \
        "ldmia r12!, {r5, r6, r8, r9, r10}\n" "str r12, [sp, #52]\n" "sxtb16 r0, r8\n"    \
        "sxtb16 r1, r8, ror #8\n" "sxtb16 r2, r9\n" "sxtb16 r3, r9, ror #8\n"             \
        "sxtb16 r4, r10, ror #8\n" "ldrd r8, r7, [sp, #68]\n" "sadd16 r0, r0, r0\n"       \
        "sadd16 r1, r1, r1\n" "sadd16 r2, r2, r2\n" "sadd16 r3, r3, r3\n"                 \
        "sadd16 r4, r4, r4\n" "lsl r8, r8, r10\n" "cbz r7, 3f\n"                          \
        "ldr r9, [sp, #76]\n" /* a row outside goes from weights to bias */               \
        "sxtb16 r9, r9\n" "lsls r7, r7, #31\n" "bpl 2f\n" "smlabb r5, r0, r9, r5\n"       \
        "smlabb r5, r1, r9, r5\n" "smlabb r5, r2, r9, r5\n" "bfc r0, #0, #16\n"           \
        "bfc r1, #0, #16\n" "bfc r2, #0, #16\n"                                           \
        "2: ldr r7, [sp, #72]\n" "lsls r7, r7, #30\n" "bpl 3f\n"                          \
        "smlad r5, r3, r9, r5\n" "smlatb r5, r4, r9, r5\n" "mov r3, #0\n" "mov r4, #0\n"  \
        "3: stmia sp, {r0-r5}\n" "strd r6, r8, [sp, #24]\n" "str r10, [sp, #32]\n"        \
        "ldrd r11, r12, [sp, #44]\n" "ldr r4, [sp, #60]\n" "add r5, r11, #12\n"           \
        "add r6, r12, #1\n" "strd r5, r6, [sp, #44]\n"                                    \
        MF_SQUARE_NEXT                                                                    \
        "cmp r4, #1\n" "bls 5f\n" "lsls r5, r4, #31\n" "bne 8f\n"                         \
        "add r4, r4, r11\n" "str r4, [sp, #40]\n");                                       \
    __asm__(                                                                              \
        "4: ldmia sp, {r0-r4, lr}\n" /* four outputs */                                   \
        two("r5", "r6")                                                                   \
        two("r10", "lr")                                                                  \
        MF_SQUARE_SCALES                                                                  \
        MF_SQUARE_SCALE("r5")                                                             \
        MF_SQUARE_SCALE("r6")                                                             \
        MF_SQUARE_SCALE("r10")                                                            \
        MF_SQUARE_SCALE("lr")                                                             \
        "ldr r4, [sp, #40]\n"                                                             \
        MF_SQUARE_STORE_TWO("r5", "r6")                                                   \
        MF_SQUARE_STORE_TWO("r10", "lr")                                                  \
        "cmp r11, r4\n" "bne 4b\n"                                                        \
        "5: ldr r10, [sp, #64]\n" "lsls r4, r10, #30\n" "beq 7f\n" "bpl 6f\n"             \
        "ldmia sp, {r0-r4, lr}\n" /* two */                                               \
        two("r5", "r6")                                                                   \
        MF_SQUARE_SCALES                                                                  \
        MF_SQUARE_SCALE("r5")                                                             \
        MF_SQUARE_SCALE("r6")                                                             \
        MF_SQUARE_STORE_TWO("r5", "r6")                                                   \
        "6: lsls r10, r10, #31\n" "beq 7f\n"                                              \
        "ldmia sp, {r0-r4, lr}\n" /* one */                                               \
        MF_SQUARE_ONE("r5")                                                               \
        MF_SQUARE_SCALES                                                                  \
        MF_SQUARE_SCALE("r5")                                                             \
        "strb r5, [r12]\n"                                                                \
        "7: ldrd r0, r1, [sp, #52]\n" "cmp r0, r1\n" "bne 1b\n" "add sp, sp, #80\n"       \
        "pop {r4-r11, pc}\n"                                                              \
        "8: add r4, r4, r11\n" "sub r4, r4, #1\n" "str r4, [sp, #40]\n"                   \
        "9: ldmia sp, {r0-r4, lr}\n" /* four outputs with the lowest zero point */        \
        two("r5", "r6")                                                                   \
        two("r10", "lr")                                                                  \
        "add r0, sp, #24\n" "ldmia r0, {r0-r4}\n"                                         \
        MF_SQUARE_SCALE_LOWEST("r5")                                                      \
        MF_SQUARE_SCALE_LOWEST("r6")                                                      \
        MF_SQUARE_SCALE_LOWEST("r10")                                                     \
        MF_SQUARE_SCALE_LOWEST("lr")                                                      \
        MF_SQUARE_STORE_TWO("r5", "r6")                                                   \
        MF_SQUARE_STORE_TWO("r10", "lr")                                                  \
        "cmp r11, r4\n" "bne 9b\n" "b 5b\n");                                             \
  }

MF_SQUARE_OUTPUTS(mf_square_outputs1, MF_SQUARE_TWO_1, "96")
MF_SQUARE_OUTPUTS(mf_square_outputs2, MF_SQUARE_TWO_2, "192")

/* clang-format on */

#else

/* Widens a column of a strip: `x` its values in three rows, `column` its number. */
MF_KERNEL void mf_square_put(uint32_t *pairs, int32_t column, const int8_t *const *x) {
  uint32_t *pair = pairs + (column >> 1) * 12;
  for (int32_t c = 0; c < MF_SQUARE; c++, pair += 3) {
    const uint32_t low = (uint32_t)x[2][c] & 0xffffu;
    pair[column & 1] = mf_halves(x[0][c], x[1][c]);
    pair[2] = (column & 1) == 0 ? low : pair[2] | low << 16;
  }
}

/* Widens columns. */
MF_INNER void mf_square_widen(const mf_square *s) {
  const int8_t zero[MF_SQUARE] = {(int8_t)(uint8_t)s->zero, (int8_t)(uint8_t)s->zero,
                                  (int8_t)(uint8_t)s->zero, (int8_t)(uint8_t)s->zero};
  const int8_t *const zeros[3] = {zero, zero, zero};
  const int32_t read = s->left + 2 * s->whole + s->odd;
  const int32_t columns = 2 * (s->left + s->whole + s->odd + s->beyond);
  for (int32_t i = 0; i < columns; i++) {
    const int32_t column = i - s->left, at = column * s->step;
    if (column < 0 || column >= read)
      mf_square_put(s->pairs, i, zeros);
    else {
      const int8_t *const x[3] = {s->rows[0] + at, s->rows[1] + at, s->rows[2] + at};
      mf_square_put(s->pairs, i, x);
    }
  }
}

/* The doubled sum of a window that begins in `column`, without the bias. */
MF_KERNEL int32_t mf_square_sum(const mf_square *s, int32_t channel, int32_t column) {
  const MF_ROM int32_t *filter = s->filter + channel * MF_SQUARE_FILTER;
  int32_t sum = 0;
  for (int32_t k = 0; k < 3; k++, column++) {
    const uint32_t *pair = s->pairs + (column >> 1) * 12 + channel * 3;
    const uint32_t above = pair[column & 1];
    const int32_t below = (column & 1) == 0 ? mf_low(pair[2]) : mf_high(pair[2]);
    const int32_t zero = (int8_t)(uint8_t)s->zero;
    sum += ((s->outside & 1) != 0 ? zero : mf_low(above)) * mf_square_weight(filter, 0, k);
    sum += mf_high(above) * mf_square_weight(filter, 1, k);
    sum += ((s->outside & 2) != 0 ? zero : below) * mf_square_weight(filter, 2, k);
  }
  return 2 * sum;
}

/* Computes the outputs of a strip whose windows lie `stride` columns apart. */
MF_INNER void mf_square_outputs(const mf_square *s, int32_t stride) {
  for (int32_t c = 0; c < MF_SQUARE; c++)
    for (int32_t i = 0; i < s->outputs; i++) {
      const int32_t sum = mf_square_sum(s, c, i * stride);
      s->out[i * s->step + c] = mf_square_output(sum, s->filter + c * MF_SQUARE_FILTER, s->target);
    }
}

MF_KERNEL void mf_square_outputs1(const mf_square *s) { mf_square_outputs(s, 1); }
MF_KERNEL void mf_square_outputs2(const mf_square *s) { mf_square_outputs(s, 2); }

#endif

#endif
