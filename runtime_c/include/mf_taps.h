/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_taps.h: windows of any size over a channel, four neighbours at once, for cores with Arm's DSP extension.
   Include mf_acle.h first. */
#ifndef MF_TAPS_H
#define MF_TAPS_H

#define MF_TAPS_STRIP 4 /* channels */

/* Columns are words with the values of two rows as halves. They lie in planes of one channel, one for every
   two rows under the taps; where windows are two columns apart, there are planes of the even columns, then of
   the odd ones. So in every plane a window begins one column after its left neighbour.

   The assembler below reads the fields of these two: their order counts. */
typedef struct {
  const int8_t *upper; /* the first column's strip of four channels, in two rows */
  const int8_t *lower;
  int32_t upper_step; /* bytes to the next column */
  int32_t lower_step;
  uint32_t *to;  /* the first channel's plane */
  int32_t plane; /* bytes to the next channel's */
  int32_t count; /* columns, 0 or more */
} mf_taps_columns;

typedef struct {
  const uint32_t *columns;      /* those of the first window in the channel's first plane */
  int32_t planes;               /* bytes to the channel's next plane */
  int32_t pairs;                /* of taps in a plane */
  const MF_ROM int32_t *filter; /* the channel's words, as in depthwise_pairs_s8/contract.h */
  int32_t words;                /* their number */
  int8_t *out;                  /* the first output */
  int32_t outputs;              /* 1 or more; columns are there for a multiple of 4, and one more */
  int32_t target;               /* twice the outputs' zero point, and 1 */
  int32_t step;                 /* bytes from an output to the next */
} mf_taps_job;

#if MF_DSP

/* clang-format off */

/* Widens columns. r0, r1: rows, r2, r3: steps, r4, r5, r7, r8: planes, r6: columns left. */
MF_ENTRY __attribute__((naked)) void mf_taps_widen(const mf_taps_columns *c
                                                   __attribute__((unused))) {
  __asm__(
      "push {r4-r11, lr}\n"
      "ldm r0, {r0-r6}\n"
      "add r7, r4, r5, lsl #1\n"
      "add r8, r7, r5\n"
      "add r5, r4, r5\n"
      "subs r6, r6, #2\n"
      "bmi 2f\n"
      "1: ldr r9, [r0]\n"
      "ldr r10, [r1]\n"
      "ldr r11, [r0, r2]\n"
      "ldr r12, [r1, r3]\n"
      "add r0, r0, r2, lsl #1\n"
      "add r1, r1, r3, lsl #1\n"
      "pkhbt lr, r9, r10, lsl #16\n"
      "pkhtb r9, r10, r9, asr #16\n"
      "pkhbt r10, r11, r12, lsl #16\n"
      "pkhtb r11, r12, r11, asr #16\n"
      "sxtb16 r12, lr\n"            "str r12, [r4], #4\n"
      "sxtb16 r12, r10\n"           "str r12, [r4], #4\n"
      "sxtb16 lr, lr, ror #8\n"     "sxtb16 r10, r10, ror #8\n"
      "strd lr, r10, [r5], #8\n"
      "sxtb16 r12, r9\n"            "str r12, [r7], #4\n"
      "sxtb16 r12, r11\n"           "str r12, [r7], #4\n"
      "sxtb16 r9, r9, ror #8\n"     "sxtb16 r11, r11, ror #8\n"
      "strd r9, r11, [r8], #8\n"
      "subs r6, r6, #2\n"
      "bpl 1b\n"
      "2: adds r6, r6, #1\n"
      "bmi 3f\n"
      "ldr r9, [r0]\n"
      "ldr r10, [r1]\n"
      "pkhbt lr, r9, r10, lsl #16\n"
      "pkhtb r9, r10, r9, asr #16\n"
      "sxtb16 r12, lr\n"            "str r12, [r4]\n"
      "sxtb16 lr, lr, ror #8\n"     "str lr, [r5]\n"
      "sxtb16 r12, r9\n"            "str r12, [r7]\n"
      "sxtb16 r9, r9, ror #8\n"     "str r9, [r8]\n"
      "3: pop {r4-r11, pc}\n");
}

/* Two taps: the sums r0-r3 over the columns a, b, c, d and over those behind them; then these are in c, d, a, b.
   r10: the next column, r11: weights, r12: pairs left. */
#define MF_TAPS_TWO(a, b, c, d)                                                                \
  "ldr r9, [r11], #4\n"                                                                        \
  "sxtb16 r8, r9\n"                                                                            \
  "sxtb16 r9, r9, ror #8\n"                                                                    \
  "smlad r0, " a ", r8, r0\n" "smlad r1, " b ", r8, r1\n"                                      \
  "smlad r2, " c ", r8, r2\n" "smlad r3, " d ", r8, r3\n"                                      \
  "smlad r0, " b ", r9, r0\n"                                                                  \
  "ldrd " a ", " b ", [r10], #8\n"                                                             \
  "smlad r1, " c ", r9, r1\n" "smlad r2, " d ", r9, r2\n" "smlad r3, " a ", r9, r3\n"          \
  "subs r12, r12, #1\n"

/* The output of a sum. r6: what is added before the shift; r8-r10: bias, multiplier, shift. */
#define MF_TAPS_OUTPUT(sum)                                                                    \
  "add " sum ", r8, " sum ", lsl #1\n"                                                         \
  "add r11, r6, " sum ", asr #31\n"                                                            \
  "smmlar " sum ", " sum ", r9, r11\n"                                                         \
  "asr " sum ", " sum ", r10\n"                                                                \
  "ssat " sum ", #8, " sum ", asr #1\n"

/* Computes the outputs of a channel. Stack: 0: columns, 4: planes, 8: pairs, 12: weights, 16: their end, 20: out,
   24: outputs, 28: what is added before the shift, 32: step, 36: bias, 40: multiplier, 44: shift. */
MF_ENTRY __attribute__((naked)) void mf_taps_outputs(const mf_taps_job *job
                                                     __attribute__((unused))) {
  __asm__(
      "push {r4-r11, lr}\n"
      "sub sp, sp, #48\n"
      "ldm r0, {r1-r9}\n"
      "add r5, r4, r5, lsl #2\n"
      "ldm r4!, {r10-r12}\n"
      "lsl r8, r8, r12\n"
      "stm sp, {r1-r12}\n"
      "1: ldr lr, [sp]\n"
      "ldr r11, [sp, #12]\n"
      "movs r0, #0\n" "movs r1, #0\n" "movs r2, #0\n" "movs r3, #0\n"
      "2: ldm lr, {r4-r7}\n" /* a plane */
      "ldrd r8, r12, [sp, #4]\n"
      "add r10, lr, #16\n"
      "add lr, lr, r8\n"
      "3:\n" MF_TAPS_TWO("r4", "r5", "r6", "r7")
      "beq 4f\n" MF_TAPS_TWO("r6", "r7", "r4", "r5")
      "bne 3b\n"
      "4: ldr r8, [sp, #16]\n"
      "cmp r11, r8\n"
      "bne 2b\n"
      "add r4, sp, #20\n"
      "ldm r4, {r4-r10}\n"
      MF_TAPS_OUTPUT("r0") MF_TAPS_OUTPUT("r1") MF_TAPS_OUTPUT("r2") MF_TAPS_OUTPUT("r3")
      "strb r0, [r4]\n"
      "subs r5, r5, #4\n"
      "bmi 5f\n"
      "strb r1, [r4, r7]\n"
      "add r4, r4, r7, lsl #1\n"
      "strb r2, [r4]\n"
      "strb r3, [r4, r7]\n"
      "beq 6f\n"
      "ldr r9, [sp]\n"
      "add r4, r4, r7, lsl #1\n"
      "add r9, r9, #16\n"
      "str r9, [sp]\n"
      "strd r4, r5, [sp, #20]\n"
      "b 1b\n"
      "5: adds r5, r5, #2\n" /* one to three outputs */
      "bmi 6f\n"
      "strb r1, [r4, r7]\n"
      "beq 6f\n"
      "strb r2, [r4, r7, lsl #1]\n"
      "6: add sp, sp, #48\n"
      "pop {r4-r11, pc}\n");
}

/* clang-format on */

#else

MF_INNER void mf_taps_widen(const mf_taps_columns *c) {
  for (int32_t i = 0; i < c->count; i++)
    for (int32_t k = 0; k < MF_TAPS_STRIP; k++)
      c->to[k * (c->plane >> 2) + i] =
          mf_halves(c->upper[i * c->upper_step + k], c->lower[i * c->lower_step + k]);
}

MF_INNER void mf_taps_outputs(const mf_taps_job *job) {
  const int32_t shift = job->filter[2] & 31;
  for (int32_t i = 0; i < job->outputs; i++) {
    const uint32_t *columns = job->columns + i;
    int32_t sum = 0;
    for (int32_t w = 3; w < job->words; columns += job->planes >> 2)
      for (int32_t k = 0; k < job->pairs; k++, w++) {
        sum = mf_smlad(columns[2 * k], mf_sxtb16((uint32_t)job->filter[w]), sum);
        sum = mf_smlad(columns[2 * k + 1], mf_sxtb16_ror8((uint32_t)job->filter[w]), sum);
      }
    sum = mf_wrapping_add(job->filter[0], 2 * sum);
    job->out[i * job->step] = mf_twice_output(sum, job->filter[1], job->target, shift);
  }
}

#endif

#endif
