/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_quads.h: the loops over channels of convolutions that read vectors of 16 bytes through tables, for Arm's MVE.
   Include mf_mve.h first.

   Two filters by four pixels are eight sums, in the eight even registers that VMLADAVA adds to: 14 instructions for
   128 products. What they read stands in a table: for each part of the pixels' windows four pointers, one a pixel,
   and the address of the code that reads so many vectors. So the end of a part costs one load: of the next pointers
   and of the program counter. Pixels may lie anywhere. */
#ifndef MF_QUADS_H
#define MF_QUADS_H

#define MF_QUADS_AHEAD 8 /* vectors that a part has at most */
#define MF_QUADS_ENTRY 5 /* words of an entry: pointers and code */

/* What the loops are told; their instructions know where its fields lie. `table` is two: the first for two of four
   channels, the second, which ends with other code, for the other two. Pointers are written before, code by the loops.
   A stream has, for four channels, the weights of either two in turns, then four sums to begin with, multipliers, and
   shifts: the last of these is below 0 but with the last channels. */
typedef struct {
  uint32_t *table;
  int32_t relu;       /* 1: the zero point is -128, and what is below it becomes it */
  int32_t zero_point; /* of the output */
  uint32_t self;      /* the address of this */
  uint32_t to[4];     /* 4 bytes before where each of four pixels goes */
  const MF_ROM int32_t *stream;
  const MF_ROM int32_t *end;
  int32_t times;    /* how often four pixels are made */
  int32_t entries;  /* of a table, whose pointers move from four pixels to the next; 0: they stay */
  int32_t across;   /* bytes by which they move */
  int32_t on;       /* bytes from the end of a pixel of the output to the fourth behind it */
  uint32_t kept;    /* a register that compilers may need */
  int32_t pair;     /* bytes of two filters in the stream */
  const int8_t *in; /* pixels that are copied before they are read, four each time; or null */
  int8_t *copy;     /* where to */
  int32_t bytes;    /* how many */
  int32_t again;    /* bytes from the first table to the second */
  int32_t runs;     /* runs of bytes that windows are divided into, each in one part or several */
  int32_t vectors;  /* of a run */
} mf_quads_job;

/* The addresses of code in a table at r1, and at r12: that of an entry reads the last of at most 8 vectors, of `step`
   bytes of code each, before r5; the first vector of all is read before. Behind all is `end`, or what `again` bytes
   further on follows the second table. Changes r2 to r4, r6, r8, r10 and r11. */
#define MF_QUADS_CODES(step, end, again)                                                 \
  "ldrd r2, r3, [r0, #80]; mul r4, r2, r3; cmp r4, #1; beq.n 23f\n"                      \
  "mov r10, #" step                                                                      \
  "; mov r11, r10\n"                                                                     \
  "21: mov r4, r3\n"                                                                     \
  "22: movs r6, #8; cmp r4, #8; it lt; movlt r6, r4; mls r8, r6, r11, r5; add r8, r10\n" \
  "str r8, [r1], #20; str r8, [r12], #20; mov.w r10, #0; subs r4, r4, r6; bne.n 22b\n"   \
  "subs r2, #1; bne.n 21b\n"                                                             \
  "23: add r5, #" end "; str r5, [r1]; add r5, #" again "; str r5, [r12]\n"

#define MF_QUADS_FOUR(sum)                                                                 \
  "vldrb.u8 q2, [r1], #16; vldrw.u32 q0, [r9], #16\n" sum                                  \
  " r0, q0, q2; vldrw.u32 q1, [r9], #16\n" sum " r8, q1, q2; vldrb.u8 q3, [r3], #16\n" sum \
  " r2, q0, q3\n" sum " r10, q1, q3; vldrb.u8 q2, [r5], #16\n" sum " r4, q0, q2\n" sum     \
  " r12, q1, q2; vldrb.u8 q3, [r7], #16\n" sum " r6, q0, q3\n" sum " lr, q1, q3\n"

/* All channels of four pixels, so many times; `to` is that of the next then. Vectors q6 and q7 hold the first eight
   words of the job, the flag C is `relu`. ADR counts from words: so the function begins at one, in code for size too. */
MF_ALIGNED(4) MF_INNER void mf_quads_four(mf_quads_job *job) {
  register mf_quads_job *at __asm__("r0") = job;
  __asm__ volatile(
      "adr.w r5, 5f; orr r5, r5, #1; ldr r1, [r0]; adds r1, #16; ldr.w r12, [r0, #76]\n"
      "add.w r12, r12, r1\n" MF_QUADS_CODES("56", "4", "20")
      "vldrw.u32 q6, [r0]; vldrw.u32 q7, [r0, #16]; str.w r7, [r0, #56]\n"
      "0: ldr.w r9, [r0, #32]; ldrd r1, r3, [r0, #64]; cbz r1, 2f\n"
      "ldr.w r2, [r0, #72]; add.w r4, r1, r2; str.w r4, [r0, #64]; dlstp.8 lr, r2\n"
      "1: vldrb.u8 q0, [r1], #16; vstrb.8 q0, [r3], #16; letp lr, 1b\n"
      "2: vmov.32 r1, q6[1]; lsrs r1, r1, #1\n"
      /* Four channels: the sums of two, by one table, then of two more, by the next. */
      "3: vmov.32 r11, q6[0]\n"
      "4: ldm r11!, {r1, r3, r5, r7}\n"
      MF_QUADS_FOUR("vmladav.s8") "ldr.w pc, [r11], #4\n"
      ".rept 8\n" MF_QUADS_FOUR("vmladava.s8") ".endr\n"
      "5: ldm.w r11!, {r1, r3, r5, r7, pc}\n"
      "vmov q4[2], q4[0], r0, r4; vmov q4[3], q4[1], r2, r6\n"
      "vmov q5[2], q5[0], r8, r12; vmov q5[3], q5[1], r10, lr; b.w 4b\n"
      "vmov q0[2], q0[0], r0, r4; vmov q0[3], q0[1], r2, r6\n"
      "vmov q1[2], q1[0], r8, r12; vmov q1[3], q1[1], r10, lr\n"
      "ldm.w r9!, {r0-r8, r10, r12, lr}; vmov.32 r11, q6[2]\n"
      "vadd.i32 q4, q4, r0; vadd.i32 q5, q5, r1; vadd.i32 q0, q0, r2; vadd.i32 q1, q1, r3\n"
      "bcs.n 6f\n"
      MF_MVE_SCALE("q2", "q4", "r4", "r8") MF_MVE_SCALE("q3", "q5", "r5", "r10")
      MF_MVE_SCALE("q4", "q0", "r6", "r12") MF_MVE_SCALE("q5", "q1", "r7", "lr")
      "vqmovnb.s32 q2, q2; vqmovnt.s32 q2, q4; vqmovnb.s32 q3, q3; vqmovnt.s32 q3, q5\n"
      MF_MVE_BYTES("q2", "q3", "r11")
      "vstrw.32 q2, [q7, #4]!; teq.w lr, #0; bmi.w 3b; b.n 7f\n"
      "6:\n"
      MF_MVE_SCALE_RELU("q4", "q4", "r4", "r8") MF_MVE_SCALE_RELU("q5", "q5", "r5", "r10")
      MF_MVE_SCALE_RELU("q0", "q0", "r6", "r12") MF_MVE_SCALE_RELU("q1", "q1", "r7", "lr")
      "vqmovnb.s32 q4, q4; vqmovnt.s32 q4, q0; vqmovnb.s32 q5, q5; vqmovnt.s32 q5, q1\n"
      MF_MVE_BYTES_RELU("q4", "q5", "r11")
      "vstrw.32 q4, [q7, #4]!; teq.w lr, #0; bmi.w 3b\n"
      /* The next four pixels. */
      "7: vmov.32 r0, q6[3]; ldrd r1, r2, [r0, #40]; ldrd r3, r4, [r0, #48]\n"
      "vadd.i32 q7, q7, r4; subs r1, #1; beq.n 9f\n"
      "str r1, [r0, #40]; cmp r2, #0; beq.w 0b\n"
      "vmov.32 r11, q6[0]; ldr.w r12, [r0, #76]; add.w r12, r12, r11\n"
      "1: vldrw.u32 q0, [r11]; vadd.i32 q0, q0, r3\n"
      "vstrw.32 q0, [r11], #20; vstrw.32 q0, [r12], #20; subs r2, #1; bne.n 1b; b.w 0b\n"
      "9: vstrw.32 q7, [r0, #16]; ldr.w r7, [r0, #56]\n"
      : "+r"(at)
      :
      : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "q0", "q1",
        "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory");
}

#define MF_QUADS_ONE(sum)                                                                   \
  "vldrb.u8 q2, [r1], #16; vldrw.u32 q0, [r9], #16\n" sum                                   \
  " r0, q0, q2; vldrw.u32 q1, [r9], #16\n" sum " r2, q1, q2; vldrw.u32 q3, [r8], #16\n" sum \
  " r4, q3, q2; vldrw.u32 q4, [r8], #16\n" sum " r6, q4, q2\n"

/* All channels of one pixel, the first of each entry of the first table. */
MF_ALIGNED(4) MF_INNER void mf_quads_one(mf_quads_job *job) {
  register mf_quads_job *at __asm__("r0") = job;
  __asm__ volatile(
      "adr.w r5, 5f; orr r5, r5, #1; ldr r1, [r0]; adds r1, #16; mov r12, r1\n"
      MF_QUADS_CODES("36", "8", "0")
      "ldr.w r10, [r0]; ldr.w r12, [r0, #8]; ldr.w r3, [r0, #16]; adds r3, #4\n"
      "ldr.w r9, [r0, #32]; ldr.w r5, [r0, #60]; ldrd r1, r4, [r0, #64]; cbz r1, 2f\n"
      "ldr.w r2, [r0, #72]; dlstp.8 lr, r2\n"
      "1: vldrb.u8 q0, [r1], #16; vstrb.8 q0, [r4], #16; letp lr, 1b\n"
      "2: ldr.w lr, [r0, #36]\n"
      "3: mov r11, r10; ldr.w r1, [r11], #16; add.w r8, r9, r5\n"
      MF_QUADS_ONE("vmladav.s8") "ldr.w pc, [r11], #4\n"
      ".rept 8\n" MF_QUADS_ONE("vmladava.s8") ".endr\n"
      "5: ldr.w r1, [r11], #16; ldr.w pc, [r11], #4\n"
      "vmov q0[2], q0[0], r0, r4; vmov q0[3], q0[1], r2, r6\n"
      "vldrw.u32 q1, [r8], #16; vldrw.u32 q2, [r8], #16; vldrw.u32 q3, [r8], #16\n"
      "mov r9, r8; vadd.i32 q0, q0, q1\n"
      MF_MVE_SCALE_LANES("q1", "q0", "q2", "q3")
      "vqmovnb.s32 q1, q1; vqadd.s16 q1, q1, r12; vqmovnb.s16 q1, q1\n"
      "vstrb.32 q1, [r3], #4; cmp r9, lr; bne.w 3b\n"
      : "+r"(at)
      :
      : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "q0", "q1",
        "q2", "q3", "q4", "cc", "memory");
}

/* ---- Tables ---- */

MF_KERNEL uint32_t mf_quads_address(const void *at) { return (uint32_t)(uintptr_t)at; }

/* The parts of a run of bytes. */
MF_KERNEL int32_t mf_quads_parts(int32_t bytes) {
  return (bytes + 16 * MF_QUADS_AHEAD - 1) / (16 * MF_QUADS_AHEAD);
}

/* The words of both tables for `runs` runs of `bytes` each, which end with an entry without pixels. */
MF_KERNEL int32_t mf_quads_words(int32_t runs, int32_t bytes) {
  return 2 * (runs * mf_quads_parts(bytes) + 1) * MF_QUADS_ENTRY;
}

/* Works by the tables for `runs` runs of `bytes` each. Where all is one vector, none has an end. */
MF_KERNEL void mf_quads_take(uint32_t *table, int32_t runs, int32_t bytes, mf_quads_job *job) {
  const int32_t entries = runs * mf_quads_parts(bytes);
  job->table = table;
  job->entries = entries;
  job->runs = runs;
  job->vectors = (bytes + 15) / 16;
  job->again = 4 * MF_QUADS_ENTRY * (runs == 1 && bytes <= 16 ? 1 : entries + 1);
}

/* Writes the pointers of a run into both, one a pixel. Returns the entry behind it. */
MF_KERNEL uint32_t *mf_quads_run(uint32_t *entry, uint32x4_t x, int32_t bytes,
                                 const mf_quads_job *job) {
  for (; bytes > 0; bytes -= 16 * MF_QUADS_AHEAD) {
    vst1q_u32(entry, x);
    vst1q_u32(entry + job->again / 4, x);
    entry += MF_QUADS_ENTRY;
    x = vaddq_n_u32(x, 16 * MF_QUADS_AHEAD);
  }
  return entry;
}

#endif
