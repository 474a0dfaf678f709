/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_column.h: a column of int8 inputs by filters that are packed in pairs, with Arm's DSP extension.
   Include mf_acle.h first.

   Inputs come in blocks of four, filters f and g in pairs, with two words a block: the halves of the first are v(k)
   and v(k + 2), those of the second v(k + 1) and v(k + 3), where v = 256 g + f. The halves sum to 256 g + f; their low
   bytes alone, with signs, to f. */
#ifndef MF_COLUMN_H
#define MF_COLUMN_H

/* So many products of the filter g sum to less than 2^23. */
#define MF_COLUMN_RUN 512

#if MF_DSP

/* A block: the registers named by the words get the weights. */
#define MF_COLUMN_LOAD(words) \
  "ldr %[y], [%[x]], #4\n\t"  \
  "ldmia %[w]!, {" words      \
  "}\n\t"                     \
  "sxtb16 %[low], %[y]\n\t"   \
  "sxtb16 %[y], %[y], ror #8\n\t"
#define MF_COLUMN_WORD(f, both, word, inputs)           \
  "smlad %[" both "], " word ", %[" inputs "], %[" both \
  "]\n\t"                                               \
  "sxtb16 " word ", " word                              \
  "\n\t"                                                \
  "smlad %[" f "], " word ", %[" inputs "], %[" f "]\n\t"

/* Blocks from x to `end`, one or more: two at a time, and the second alone at first where their number is odd. */
#define MF_COLUMN_BLOCKS(block) \
  "sub %[y], %[end], %[x]\n\t"  \
  "lsls %[y], %[y], #29\n\t"    \
  "bmi 2f\n\t"                  \
  "1:\n\t" block "2:\n\t" block \
  "cmp %[x], %[end]\n\t"        \
  "bne 1b"

#else

MF_KERNEL void mf_column_word(uint32_t word, uint32_t inputs, int32_t *f, int32_t *both) {
  *both = mf_smlad(word, inputs, *both);
  *f = mf_smlad(mf_sxtb16(word), inputs, *f);
}

#endif

/* Adds twice the sums of a pair: f, and g of 256 g + f. */
MF_KERNEL void mf_column_add(int32_t f, int32_t both, int32_t *twice) {
  twice[0] = mf_wrapping_add(twice[0], 2 * f);
  twice[1] = mf_wrapping_add(twice[1], mf_wrapping_add(both, -f) >> 7);
}

/* Adds the doubled sums of n inputs, a multiple of four, to those of a pair; returns what follows its weights. */
MF_INNER const MF_ROM uint32_t *mf_column_pair(const int8_t *x, int32_t n, const MF_ROM uint32_t *w,
                                               int32_t *twice) {
  for (int32_t run; n > 0; n -= run) {
    int32_t f = 0, both = 0;
    run = n < MF_COLUMN_RUN ? n : MF_COLUMN_RUN;
#if MF_DSP
    uint32_t y, low;
    __asm__ volatile(
        MF_COLUMN_BLOCKS(MF_COLUMN_LOAD("r8, r9") MF_COLUMN_WORD("f", "both", "r8", "low")
                             MF_COLUMN_WORD("f", "both", "r9", "y"))
        : [f] "+r"(f), [both] "+r"(both), [x] "+r"(x), [w] "+r"(w), [y] "=&r"(y), [low] "=&r"(low)
        : [end] "r"(x + run)
        : "r8", "r9", "cc", "memory");
#else
    for (const int8_t *end = x + run; x != end; x += 4, w += 2) {
      const uint32_t y = mf_load32(x);
      mf_column_word(w[0], mf_sxtb16(y), &f, &both);
      mf_column_word(w[1], mf_sxtb16_ror8(y), &f, &both);
    }
#endif
    mf_column_add(f, both, twice);
  }
  return w;
}

/* The same of two pairs, which have four words a block. */
MF_INNER const MF_ROM uint32_t *mf_column_quad(const int8_t *x, int32_t n, const MF_ROM uint32_t *w,
                                               int32_t *twice) {
  for (int32_t run; n > 0; n -= run) {
    int32_t f0 = 0, both0 = 0, f1 = 0, both1 = 0;
    run = n < MF_COLUMN_RUN ? n : MF_COLUMN_RUN;
#if MF_DSP
    uint32_t y, low;
    __asm__ volatile(MF_COLUMN_BLOCKS(MF_COLUMN_LOAD("r8, r9, r10, r11")          //
                                      MF_COLUMN_WORD("f0", "both0", "r8", "low")  //
                                      MF_COLUMN_WORD("f0", "both0", "r9", "y")    //
                                      MF_COLUMN_WORD("f1", "both1", "r10", "low")
                                          MF_COLUMN_WORD("f1", "both1", "r11", "y"))
                     : [f0] "+r"(f0), [both0] "+r"(both0), [f1] "+r"(f1), [both1] "+r"(both1),
                       [x] "+r"(x), [w] "+r"(w), [y] "=&r"(y), [low] "=&r"(low)
                     : [end] "r"(x + run)
                     : "r8", "r9", "r10", "r11", "cc", "memory");
#else
    for (const int8_t *end = x + run; x != end; x += 4, w += 4) {
      const uint32_t y = mf_load32(x);
      mf_column_word(w[0], mf_sxtb16(y), &f0, &both0);
      mf_column_word(w[1], mf_sxtb16_ror8(y), &f0, &both0);
      mf_column_word(w[2], mf_sxtb16(y), &f1, &both1);
      mf_column_word(w[3], mf_sxtb16_ror8(y), &f1, &both1);
    }
#endif
    mf_column_add(f0, both0, twice);
    mf_column_add(f1, both1, twice + 2);
  }
  return w;
}

/* What a column is multiplied to by fours of filters. */
typedef struct {
  const int8_t *x;
  const int8_t *end; /* a multiple of four behind x */
  int32_t centre;    /* 2 zero point + 1 */
} mf_column_job;

/* Computes outputs from `out` to `end`, four by four; returns what follows the filters in `stream`. That has for every
   four: their biases << 8 | shifts, as for mf_twice_output; their weights; their multipliers. Sums take 24 bits. */
#if MF_DSP

/* r0: stream; r1: x; r2: end; r3, r5: f; r4, r6: 256 g + f; r7, r12: inputs; lr: out. On the stack: biases, x, end,
   centre, the outputs' end, where the loop is entered. */
#define MF_COLUMN_PART(f, both, word, inputs)                                                     \
  "smlad " both ", " word ", " inputs ", " both "\nsxtb16 " word ", " word "\nsmlad " f ", " word \
  ", " inputs ", " f "\n"
#define MF_COLUMN_BLOCK                                                                          \
  "ldr r7, [r1], #4\nldm r0!, {r8-r11}\nsxtb16 r12, r7\nsxtb16 r7, r7, ror #8\n" MF_COLUMN_PART( \
      "r3", "r4", "r8", "r12") MF_COLUMN_PART("r3", "r4", "r9", "r7")                            \
      MF_COLUMN_PART("r5", "r6", "r10", "r12") MF_COLUMN_PART("r5", "r6", "r11", "r7")
#define MF_COLUMN_OUTPUT(sum, shift, multiplier) \
  "lsl r12, r7, " shift                          \
  "\n"                                           \
  "add r12, r12, " sum                           \
  ", asr #31\n"                                  \
  "smmlar " sum ", " sum ", " multiplier         \
  ", r12\n"                                      \
  "asr " sum ", " sum ", " shift                 \
  "\n"                                           \
  "ssat " sum ", #8, " sum                       \
  ", asr #1\n"                                   \
  "strb " sum ", [lr], #1\n"

MF_NAKED const uint32_t *mf_column_fours(MF_UNUSED const uint32_t *stream, MF_UNUSED int8_t *out,
                                         MF_UNUSED const int8_t *end,
                                         MF_UNUSED const mf_column_job *job) {
  __asm__ volatile(
      "push {r4-r11, lr}\n"
      "mov lr, r1\n"
      "ldm r3, {r4, r5, r6}\n"
      "adr r8, 2f\n"
      "sub r3, r5, r4\n"
      "lsls r3, r3, #29\n"
      "it mi\n"
      "addmi r8, r8, #64\n"
      "orr r8, r8, #1\n"
      "mov r7, r2\n"
      "push {r4, r5, r6, r7, r8}\n"
      "sub sp, sp, #16\n"
      "1: ldm r0!, {r8-r11}\n"
      "ldrd r1, r2, [sp, #16]\n"
      "stm sp, {r8-r11}\n"
      "asr r3, r8, #8\n"
      "asr r5, r10, #8\n"
      "add r4, r3, r9\n"
      "add r6, r5, r11\n"
      "ldr pc, [sp, #32]\n"
      ".balign 4\n"
      "2:\n" MF_COLUMN_BLOCK MF_COLUMN_BLOCK
      "cmp r1, r2\n"
      "bne 2b\n"
      "sub r4, r4, r3\n"
      "sub r6, r6, r5\n"
      "ldm sp, {r8-r11}\n"
      "ldrd r1, r2, [r0], #8\n"
      "ldr r7, [sp, #24]\n"
      "lsl r3, r3, #1\n" MF_COLUMN_OUTPUT("r3", "r8", "r1")
      "asr r4, r4, #7\n" MF_COLUMN_OUTPUT("r4", "r9", "r2")
      "ldrd r1, r2, [r0], #8\n"
      "lsl r5, r5, #1\n" MF_COLUMN_OUTPUT("r5", "r10", "r1")
      "asr r6, r6, #7\n" MF_COLUMN_OUTPUT("r6", "r11", "r2")
      "ldr r1, [sp, #28]\n"
      "cmp r1, lr\n"
      "bne 1b\n"
      "add sp, sp, #36\n"
      "pop {r4-r11, pc}\n");
}

#else

MF_KERNEL const uint32_t *mf_column_fours(const uint32_t *stream, int8_t *out, const int8_t *end,
                                          const mf_column_job *job) {
  const int32_t n = (int32_t)(job->end - job->x);
  for (; out != end; stream += n + 8) {
    int32_t twice[4];
    for (int i = 0; i < 4; i++) twice[i] = (int32_t)stream[i] >> 7;
    mf_column_quad(job->x, n, stream + 4, twice);
    for (int i = 0; i < 4; i++)
      *out++ = mf_twice_output(twice[i], (int32_t)stream[4 + n + i], job->centre,
                               (int32_t)(stream[i] & 0xff));
  }
  return stream;
}

#endif

#endif
