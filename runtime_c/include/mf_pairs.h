/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_pairs.h: two filters by two or three windows at once, with Arm's DSP extension. Include mf_acle.h first.

   Windows are staged in quads of four bytes: bytes 0 and 2 of each window as the halves of a word, then bytes 1 and 3
   of each. Weights lie likewise, those of a pair of filters in one half: low + 256 high. Multiplied with a window
   they sum to T = low sum + 256 high sum; their low bytes alone, with signs, to the low sum. */
#ifndef MF_PAIRS_H
#define MF_PAIRS_H

/* Where windows lie and what is in them. */
typedef struct {
  int32_t step;  /* bytes from a window to the next */
  int32_t quads; /* of a row of a window */
  int32_t rows;  /* of a window */
  uint32_t none; /* the halves of what a null row has */
} mf_pairs_windows;

/* What staged windows are multiplied to. */
typedef struct {
  int32_t step;           /* bytes from a pixel of the output to the next */
  int32_t centre;         /* 2 zero point + 1 */
  const uint32_t *staged; /* windows */
  int32_t quads;          /* of a window, 1 or more */
} mf_pairs_job;

/* mf_pairs_stage2 and 3 stage windows whose rows begin at rows[i] + offset; the result is the end of what they wrote
   `to`.

   mf_pairs_tile2 and 3 compute the pixels `out` of staged windows, pair by pair of filters:
     one word: the high filter's bias << 8 | shift
     `quads` times two words of weights
     three words: the low filter's multiplier, its bias << 8 | shift, the high filter's multiplier
   until a first word has bit 7 set; the result is the word behind it. Output is (2 sum * multiplier) / 2^(shift + 33)
   rounded as mf_requantise does, about the zero point, within -128 to 127. */

#if MF_DSP

/* clang-format off */

/* r0: the first window; r1, r2: how far the others are; r3: where to; r7: offset; r11, lr: the rows left; r12: quads
   left. On the stack: quads, none. */
#define MF_PAIRS_STAGE(load, widen, store, none) \
  "push {r4-r11, lr}\n"         \
  "mov r11, r0\n"               \
  "mov r8, r1\n"                \
  "ldm r3, {r4-r7}\n"           \
  "push {r5, r7}\n"             \
  "add lr, r11, r6, lsl #2\n"   \
  "mov r3, r2\n"                \
  "mov r7, r8\n"                \
  "mov r1, r4\n"                \
  "lsl r2, r4, #1\n"            \
  "1: ldr r0, [r11], #4\n"      \
  "ldr r12, [sp]\n"             \
  "cbz r0, 4f\n"                \
  "add r0, r0, r7\n"            \
  "2:\n"                        \
  load                          \
  "ldr r4, [r0], #4\n"          \
  "subs r12, r12, #1\n"         \
  widen                         \
  store                         \
  "bne 2b\n"                    \
  "3: cmp r11, lr\n"            \
  "bne 1b\n"                    \
  "mov r0, r3\n"                \
  "add sp, sp, #8\n"            \
  "pop {r4-r11, pc}\n"          \
  "4: ldr r4, [sp, #4]\n"       \
  none                          \
  "5: subs r12, r12, #1\n"      \
  store                         \
  "bne 5b\n"                    \
  "b 3b\n"

#define MF_PAIRS_WIDEN(word, odd)            \
  "sxtb16 " odd ", " word ", ror #8\n"       \
  "sxtb16 " word ", " word "\n"

/* r0, r1, r2: low sums; r3, r4, r5: T; r12: weights; lr: windows. On the stack: out, step, centre, staged, its end,
   where the first pass through the unrolled loop enters it. */
#define MF_PAIRS_BEGIN(end, last, skip) \
  "push {r4-r11, lr}\n"                 \
  "mov r12, r0\n"                       \
  "ldm r2, {r4-r7}\n"                   \
  end                                   \
  "rsb r7, r7, #0\n"                    \
  "and r7, r7, #" last "\n"             \
  "adr r9, 2f\n"                        \
  skip                                  \
  "orr r9, r9, #1\n"                    \
  "push {r1, r4, r5, r6, r8, r9}\n"     \
  "ldr r3, [r12], #4\n"                 \
  "1:\n"

#define MF_PAIRS_SUM(unrolled, quad) \
  "ldr lr, [sp, #12]\n"              \
  "ldr pc, [sp, #20]\n"              \
  "2:\n"                             \
  ".rept " unrolled "\n"             \
  quad                               \
  ".endr\n"                          \
  "ldr r11, [sp, #16]\n"             \
  "cmp lr, r11\n"                    \
  "bne.w 2b\n"                       \
  "ldrd r6, r7, [r12], #8\n"         \
  "ldm sp, {r9, r10, r11}\n"         \
  "asr lr, r7, #7\n"

#define MF_PAIRS_END        \
  "str r9, [sp]\n"          \
  "ldr r3, [r12], #4\n"     \
  "lsls r11, r3, #24\n"     \
  "bpl.w 1b\n"              \
  "mov r0, r12\n"           \
  "add sp, sp, #24\n"       \
  "pop {r4-r11, pc}\n"

#define MF_PAIRS_BIAS(sum) "add " sum ", lr, " sum ", lsl #1\n"

/* From here on lr is centre << shift, which rounds and adds the zero point. */
#define MF_PAIRS_LOW_SCALE "lsl lr, r11, r7\n"
#define MF_PAIRS_HIGH_SCALE "ldr r6, [r12], #4\nlsl lr, r11, r3\n"

/* A sum below 0 on a tie is rounded down; `less` is lr, or lr less 1 there. */
#define MF_PAIRS_SIGN(sum) "add r8, lr, " sum ", asr #31\n"
#define MF_PAIRS_SCALE(sum, less, shift)              \
  "smmlar " sum ", " sum ", r6, " less "\n"           \
  "asr " sum ", " sum ", " shift "\n"                 \
  "ssat " sum ", #8, " sum ", asr #1\n"
#define MF_PAIRS_LOW(sum) MF_PAIRS_SIGN(sum) MF_PAIRS_SCALE(sum, "r8", "r7")
#define MF_PAIRS_HIGH(sum, t) "asr " sum ", " t ", #7\n" MF_PAIRS_SIGN(sum) MF_PAIRS_SCALE(sum, "r8", "r3")

/* Where the zero point is -128, what is below 0 is clamped. */
#define MF_PAIRS_LOW_RELU(sum) MF_PAIRS_SCALE(sum, "lr", "r7")
#define MF_PAIRS_HIGH_RELU(sum, t) "asr " sum ", " t ", #7\n" MF_PAIRS_SCALE(sum, "lr", "r3")

#define MF_PAIRS_STORE2(first, second) \
  "strb " second ", [r9, r10]\n"       \
  "strb " first ", [r9], #1\n"
#define MF_PAIRS_STORE3(first, second, third) \
  "strb " third ", [r9, r10, lsl #1]\n"       \
  MF_PAIRS_STORE2(first, second)

#define MF_PAIRS_HALF3(word)        \
  "ldm lr!, {r8, r9, r10}\n"        \
  "sxtb16 r11, " word "\n"          \
  "smlad r0, r11, r8, r0\n"         \
  "smlad r1, r11, r9, r1\n"         \
  "smlad r2, r11, r10, r2\n"        \
  "smlad r3, " word ", r8, r3\n"    \
  "smlad r4, " word ", r9, r4\n"    \
  "smlad r5, " word ", r10, r5\n"

#define MF_PAIRS_HALF2(word, first, second)  \
  "sxtb16 r11, " word "\n"                   \
  "smlad r0, r11, " first ", r0\n"           \
  "smlad r1, r11, " second ", r1\n"          \
  "smlad r3, " word ", " first ", r3\n"      \
  "smlad r4, " word ", " second ", r4\n"

MF_NAKED uint32_t *mf_pairs_stage3(MF_UNUSED const int8_t *const *rows, MF_UNUSED int32_t offset,
                                   MF_UNUSED uint32_t *to, MF_UNUSED const mf_pairs_windows *w) {
  __asm__ volatile(MF_PAIRS_STAGE(
      "ldr r5, [r0, r1]\n"
      "ldr r6, [r0, r2]\n",
      MF_PAIRS_WIDEN("r4", "r8") MF_PAIRS_WIDEN("r5", "r9") MF_PAIRS_WIDEN("r6", "r10"),
      "stm r3!, {r4, r5, r6, r8, r9, r10}\n",
      "mov r5, r4\nmov r6, r4\nmov r8, r4\nmov r9, r4\nmov r10, r4\n"));
}

MF_NAKED uint32_t *mf_pairs_stage2(MF_UNUSED const int8_t *const *rows, MF_UNUSED int32_t offset,
                                   MF_UNUSED uint32_t *to, MF_UNUSED const mf_pairs_windows *w) {
  __asm__ volatile(MF_PAIRS_STAGE(
      "ldr r5, [r0, r1]\n",
      MF_PAIRS_WIDEN("r4", "r8") MF_PAIRS_WIDEN("r5", "r9"),
      "stm r3!, {r4, r5, r8, r9}\n",
      "mov r5, r4\nmov r8, r4\nmov r9, r4\n"));
}

/* A quad takes 24 bytes of scratch memory and 68 of code. */
MF_NAKED const uint32_t *mf_pairs_tile3(MF_UNUSED const uint32_t *stream, MF_UNUSED int8_t *out,
                                        MF_UNUSED const mf_pairs_job *job) {
  __asm__ volatile(
      MF_PAIRS_BEGIN("add r8, r7, r7, lsl #1\n"
                     "add r8, r6, r8, lsl #3\n",
                     "7",
                     "add r9, r9, r7, lsl #6\n"
                     "add r9, r9, r7, lsl #2\n")
      "movs r0, #0\nmovs r1, #0\nmovs r2, #0\n"
      "mov r4, r3\nmov r5, r3\n"
      MF_PAIRS_SUM("8", "ldrd r6, r7, [r12], #8\n" MF_PAIRS_HALF3("r6") MF_PAIRS_HALF3("r7"))
      "subs r3, r3, r0\n"
      "subs r4, r4, r1\n"
      "subs r5, r5, r2\n"
      MF_PAIRS_BIAS("r0") MF_PAIRS_BIAS("r1") MF_PAIRS_BIAS("r2") MF_PAIRS_LOW_SCALE
      "cmn r11, #255\n"
      "bne 4f\n"
      MF_PAIRS_LOW_RELU("r0") MF_PAIRS_LOW_RELU("r1") MF_PAIRS_LOW_RELU("r2")
      MF_PAIRS_STORE3("r0", "r1", "r2") MF_PAIRS_HIGH_SCALE
      MF_PAIRS_HIGH_RELU("r4", "r4") MF_PAIRS_HIGH_RELU("r5", "r5") MF_PAIRS_HIGH_RELU("r7", "r3")
      "3:\n"
      MF_PAIRS_STORE3("r7", "r4", "r5") MF_PAIRS_END
      "4:\n"
      MF_PAIRS_LOW("r0") MF_PAIRS_LOW("r1") MF_PAIRS_LOW("r2")
      MF_PAIRS_STORE3("r0", "r1", "r2") MF_PAIRS_HIGH_SCALE
      MF_PAIRS_HIGH("r4", "r4") MF_PAIRS_HIGH("r5", "r5") MF_PAIRS_HIGH("r7", "r3")
      "b 3b\n");
}

/* A quad takes 16 bytes of scratch memory and 48 of code. */
MF_NAKED const uint32_t *mf_pairs_tile2(MF_UNUSED const uint32_t *stream, MF_UNUSED int8_t *out,
                                        MF_UNUSED const mf_pairs_job *job) {
  __asm__ volatile(
      MF_PAIRS_BEGIN("add r8, r6, r7, lsl #4\n", "3",
                     "add r9, r9, r7, lsl #5\n"
                     "add r9, r9, r7, lsl #4\n")
      "movs r0, #0\nmovs r1, #0\n"
      "mov r4, r3\n"
      MF_PAIRS_SUM("4", "ldrd r6, r7, [r12], #8\n"
                        "ldm lr!, {r2, r5, r8, r10}\n"
                        MF_PAIRS_HALF2("r6", "r2", "r5") MF_PAIRS_HALF2("r7", "r8", "r10"))
      "subs r3, r3, r0\n"
      "subs r4, r4, r1\n"
      MF_PAIRS_BIAS("r0") MF_PAIRS_BIAS("r1") MF_PAIRS_LOW_SCALE
      MF_PAIRS_LOW("r0") MF_PAIRS_LOW("r1") MF_PAIRS_STORE2("r0", "r1") MF_PAIRS_HIGH_SCALE
      MF_PAIRS_HIGH("r4", "r4") MF_PAIRS_HIGH("r7", "r3") MF_PAIRS_STORE2("r7", "r4") MF_PAIRS_END);
}

/* clang-format on */

#else

MF_KERNEL uint32_t *mf_pairs_stage(const int8_t *const *rows, int32_t offset, uint32_t *to,
                                   const mf_pairs_windows *w, int32_t windows) {
  for (int32_t r = 0; r < w->rows; r++) {
    for (int32_t q = 0; q < w->quads; q++, to += 2 * windows) {
      for (int32_t i = 0; i < windows; i++) {
        const uint32_t four =
            rows[r] == NULL ? 0 : mf_load32(rows[r] + offset + i * w->step + 4 * q);
        to[i] = rows[r] == NULL ? w->none : mf_sxtb16(four);
        to[windows + i] = rows[r] == NULL ? w->none : mf_sxtb16_ror8(four);
      }
    }
  }
  return to;
}

MF_KERNEL const uint32_t *mf_pairs_tile(const uint32_t *stream, int8_t *out,
                                        const mf_pairs_job *job, int32_t windows) {
  for (; (*stream & 128) == 0; out += 2, stream += 4 + 2 * job->quads) {
    const uint32_t *p = stream + 1 + 2 * job->quads;
    for (int32_t i = 0; i < windows; i++) {
      int32_t low = 0, both = (int32_t)stream[0];
      for (int32_t k = 0; k < 2 * job->quads; k++) {
        const uint32_t x = job->staged[k * windows + i];
        low = mf_smlad(mf_sxtb16(stream[1 + k]), x, low);
        both = mf_smlad(stream[1 + k], x, both);
      }
      const int32_t high = (int32_t)((uint32_t)both - (uint32_t)low) >> 7;
      out[i * job->step] = mf_twice_output(2 * low + ((int32_t)p[1] >> 7), (int32_t)p[0],
                                           job->centre, (int32_t)p[1] & 127);
      out[i * job->step + 1] =
          mf_twice_output(high, (int32_t)p[2], job->centre, (int32_t)stream[0] & 127);
    }
  }
  return stream + 1;
}

MF_KERNEL uint32_t *mf_pairs_stage3(const int8_t *const *rows, int32_t offset, uint32_t *to,
                                    const mf_pairs_windows *w) {
  return mf_pairs_stage(rows, offset, to, w, 3);
}

MF_KERNEL uint32_t *mf_pairs_stage2(const int8_t *const *rows, int32_t offset, uint32_t *to,
                                    const mf_pairs_windows *w) {
  return mf_pairs_stage(rows, offset, to, w, 2);
}

MF_KERNEL const uint32_t *mf_pairs_tile3(const uint32_t *stream, int8_t *out,
                                         const mf_pairs_job *job) {
  return mf_pairs_tile(stream, out, job, 3);
}

MF_KERNEL const uint32_t *mf_pairs_tile2(const uint32_t *stream, int8_t *out,
                                         const mf_pairs_job *job) {
  return mf_pairs_tile(stream, out, job, 2);
}

#endif
#endif
