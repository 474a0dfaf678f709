/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_quads_s8 for Arm's MVE. */
/* Needs mf_mve.h. */
#ifndef MF_DEPTHWISE_QUADS_S8_MVE_H
#define MF_DEPTHWISE_QUADS_S8_MVE_H

/* A strip of 16 channels of the rows under a window is staged so that each word holds three rows of a column: a
   gather of four columns of a channel then meets the whole window in one multiplication. */

/* What an output row is made of; the assembly knows the places of all before `outside`. Rows outside the picture are
   zero points, over and over. */
typedef struct {
  int32_t quads;  /* fours of output pixels */
  int32_t back;   /* bytes from the columns behind a row to the first of the next four channels */
  int32_t rewind; /* the same of the output */
  uint32_t limits[2];    /* four times the least byte, and the greatest */
  int32_t zero;          /* zero point of the output */
  int32_t pixel;         /* bytes from an output pixel to the next */
  int32_t advance;       /* bytes of columns from four output pixels to the next */
  const int8_t *from[3]; /* what is staged next of each row */
  int32_t step[3];       /* bytes to what is staged after it; 0 where outside */
  int32_t next[3];       /* bytes from a strip to the next; 0 where outside */
  int8_t *inside;        /* where they are staged */
  int32_t staged;        /* pixels to stage for each strip; 0 where that is done */
  int32_t left;          /* channels that are left */
  int32_t rest;          /* output pixels beside the fours */
  int8_t *outside;       /* 16 zero points */
  int8_t *columns;       /* what is staged, and columns outside the picture around it */
  int8_t *spare;         /* a word for each output pixel */
  int32_t under;         /* pixels of a row that are under windows */
  int32_t behind; /* bytes of columns to the right of those, 0 or less where there are none */
  int32_t pitch;  /* bytes of a column */
} mf_depthwise_quads_s8_row;

/* clang-format off */

/* Interleaves the three rows of the row at r1, from a chunk to the next: 16 bytes of each or those that predicates
   tell, as often as register `count` says, to r10. */
#define MF_DEPTHWISE_QUADS_STAGE(count)                                                                       \
  "add lr, r1, #32; ldm lr, {r2, r3, r4, r6, r8, r11}; dls lr, " count "\n"                                   \
  "2: vpsttt; vldrbt.u8 q0, [r2]; vldrbt.u8 q1, [r3]; vldrbt.u8 q2, [r4]\n"                                   \
  "add r2, r6; add r3, r8; add r4, r11\n"                                                                     \
  "vst40.8 {q0, q1, q2, q3}, [r10]; vst41.8 {q0, q1, q2, q3}, [r10]\n"                                        \
  "vst42.8 {q0, q1, q2, q3}, [r10]; vst43.8 {q0, q1, q2, q3}, [r10]!; le lr, 2b\n"

/* Four outputs of the channel whose columns begin c bytes behind x, or two, from the weights at r9: sums in r0, r2, r4
   and r6. Where windows are one pixel apart, a gather of four columns holds two; else c1, c2 and c3 are those of the
   other pixels. */
#define MF_DEPTHWISE_QUADS_TWO_NEAR(c, c1)                                                                    \
  "vldrw.u32 q0, [r9, #4]; vldrw.u32 q2, [%q[x], #" c "]; vmladav.s8 r0, q2, q0\n"                            \
  "vldrw.u32 q1, [r9], #20; vmladav.s8 r2, q2, q1\n"
#define MF_DEPTHWISE_QUADS_FOUR_NEAR(c, c1, c2, c3)                                                           \
  MF_DEPTHWISE_QUADS_TWO_NEAR(c, c1)                                                                          \
  "vldrw.u32 q2, [%q[far], #" c "]; vmladav.s8 r4, q2, q0; vmladav.s8 r6, q2, q1\n"
#define MF_DEPTHWISE_QUADS_TWO_APART(c, c1)                                                                   \
  "vldrw.u32 q0, [r9], #16; vldrw.u32 q1, [%q[x], #" c "]; vmladav.s8 r0, q1, q0\n"                           \
  "vldrw.u32 q2, [%q[x], #" c1 "]; vmladav.s8 r2, q2, q0\n"
#define MF_DEPTHWISE_QUADS_FOUR_APART(c, c1, c2, c3)                                                          \
  MF_DEPTHWISE_QUADS_TWO_APART(c, c1)                                                                         \
  "vldrw.u32 q1, [%q[x], #" c2 "]; vmladav.s8 r4, q1, q0\n"                                                   \
  "vldrw.u32 q2, [%q[x], #" c3 "]; vmladav.s8 r6, q2, q0\n"

/* Brings them to output scale, in one half of the lanes of `to`. */
#define MF_DEPTHWISE_QUADS_SCALED(SCALE, half, to)                                                            \
  "ldm r9!, {r0, r2, r4}; vadd.i32 q0, q0, r0\n"                                                              \
  SCALE("q1", "q0", "r2", "r4") "\n" half " " to ", q1\n"
#define MF_DEPTHWISE_QUADS_FOUR_LANES                                                                         \
  "vmov q0[2], q0[0], r0, r4; vmov q0[3], q0[1], r2, r6\n"
#define MF_DEPTHWISE_QUADS_TWO_LANES                                                                          \
  "vmov.32 q0[0], r0; vmov.32 q0[1], r2\n"

/* Four pixels, or two, of channels 0, 2, 1 and 3, of which those are stored that predicates tell; then on to the next
   four. */
#define MF_DEPTHWISE_QUADS_FOUR(FOUR, SCALE, store)                                                           \
  FOUR("0", "128", "256", "384")                                                                              \
  MF_DEPTHWISE_QUADS_FOUR_LANES MF_DEPTHWISE_QUADS_SCALED(SCALE, "vqmovnb.s32", "q3")                         \
  FOUR("8", "136", "264", "392")                                                                              \
  MF_DEPTHWISE_QUADS_FOUR_LANES MF_DEPTHWISE_QUADS_SCALED(SCALE, "vqmovnt.s32", "q3")                         \
  FOUR("4", "132", "260", "388")                                                                              \
  MF_DEPTHWISE_QUADS_FOUR_LANES MF_DEPTHWISE_QUADS_SCALED(SCALE, "vqmovnb.s32", "q4")                         \
  FOUR("12", "140", "268", "396")                                                                             \
  MF_DEPTHWISE_QUADS_FOUR_LANES MF_DEPTHWISE_QUADS_SCALED(SCALE, "vqmovnt.s32", "q4")                         \
  store
#define MF_DEPTHWISE_QUADS_TWO(TWO, SCALE, store)                                                             \
  TWO("0", "128")                                                                                             \
  MF_DEPTHWISE_QUADS_TWO_LANES MF_DEPTHWISE_QUADS_SCALED(SCALE, "vqmovnb.s32", "q3")                          \
  TWO("8", "136")                                                                                             \
  MF_DEPTHWISE_QUADS_TWO_LANES MF_DEPTHWISE_QUADS_SCALED(SCALE, "vqmovnt.s32", "q3")                          \
  TWO("4", "132")                                                                                             \
  MF_DEPTHWISE_QUADS_TWO_LANES MF_DEPTHWISE_QUADS_SCALED(SCALE, "vqmovnb.s32", "q4")                          \
  TWO("12", "140")                                                                                            \
  MF_DEPTHWISE_QUADS_TWO_LANES MF_DEPTHWISE_QUADS_SCALED(SCALE, "vqmovnt.s32", "q4")                          \
  store
#define MF_DEPTHWISE_QUADS_STORE(BYTES, clamp, size, step)                                                    \
  BYTES("q3", "q4", "r8") clamp "vpst; vstrwt.32 q3, [r5, %q[to]]\n"                                          \
  "sub r9, #" size "; add r5, r5, r12, lsl #2\n" step

/* Defines a function that computes channels of a row, strip by strip, which it stages where row->staged is not 0. Four
   of them have `size` bytes in the stream. In the assembly r1 is the row, r3 counts fours of channels, r5 is the output,
   r9 the stream and r11 the pixels beside the fours. */
#define MF_DEPTHWISE_QUADS(name, FOUR, TWO, SCALE, size, store)                                               \
  MF_INNER void mf_depthwise_quads_s8_##name(mf_depthwise_quads_s8_row *row,                                  \
                                             const MF_ROM int32_t *stream, int8_t *out) {                     \
    register mf_depthwise_quads_s8_row *r __asm__("r1") = row;                                                \
    register const MF_ROM int32_t *w __asm__("r9") = stream;                                                  \
    register int8_t *at __asm__("r5") = out;                                                                  \
    const uint32x4_t lanes = vidupq_n_u32(0, 1), to = vmulq_n_u32(lanes, (uint32_t)row->pixel);               \
    const uint32x4_t columns = vmulq_n_u32(lanes, (uint32_t)row->pitch);                                      \
    uint32x4_t x = vaddq_n_u32(columns, (uint32_t)(uintptr_t)row->columns);                                   \
    uint32x4_t far = vaddq_n_u32(x, 2 * (uint32_t)row->pitch);                                                \
    __asm__ volatile(                                                                                         \
        "1: ldr r12, [r1, #72]; cmp r12, #0; beq 3f; ldr r0, [r1, #76]; vctp.8 r0\n"                          \
        "ldr r10, [r1, #68]\n" MF_DEPTHWISE_QUADS_STAGE("r12")                                                \
        "add r0, r1, #32; ldm r0, {r2, r3, r4}; add lr, r1, #56; ldm lr, {r6, r8, r11}\n"                     \
        "add r2, r6; add r3, r8; add r4, r11; stm r0, {r2, r3, r4}\n"                                         \
        "3: ldr r3, [r1, #76]; ldrd r8, r12, [r1, #20]; ldr r10, [r1, #28]\n"                                 \
        "cmp r3, #16; it gt; movgt r3, #16; lsr r3, r3, #2\n"                                                 \
        "4: ldr r0, [r1]; ldr r11, [r1, #80]; movs r2, #4; vctp.32 r2; wls lr, r0, 6f\n"                      \
        "5:\n" MF_DEPTHWISE_QUADS_FOUR(FOUR, SCALE, store) "le lr, 5b\n"                                      \
        "6: cmp r11, #0; beq 8f; vctp.32 r11; cmp r11, #3; bne 7f\n"                                          \
        "movs r11, #0; movs r0, #1; dls lr, r0; b 5b\n"                                                       \
        "7:\n" MF_DEPTHWISE_QUADS_TWO(TWO, SCALE, store)                                                      \
        "8: ldm r1, {r0, r2, r4}; vsub.i32 %q[x], %q[x], r2; vsub.i32 %q[far], %q[far], r2\n"                 \
        "sub r5, r4; add r9, #" size "; subs r3, #1; bne 4b\n"                                                \
        "ldr r0, [r1, #76]; movs r2, #64; vsub.i32 %q[x], %q[x], r2\n"                                        \
        "vsub.i32 %q[far], %q[far], r2; subs r0, #16; str r0, [r1, #76]; bgt 1b\n"                            \
        : [x] "+w"(x), [far] "+w"(far), "+r"(r), "+r"(w), "+r"(at)                                            \
        : [to] "w"(to)                                                                                        \
        : "r0", "r2", "r3", "r4", "r6", "r8", "r10", "r11", "r12", "lr", "q0", "q1", "q2", "q3",              \
          "q4", "cc", "memory");                                                                              \
  }

/* clang-format on */

#define MF_DEPTHWISE_QUADS_STEP_NEAR  "vadd.i32 %q[x], %q[x], r10; vadd.i32 %q[far], %q[far], r10\n"
#define MF_DEPTHWISE_QUADS_STEP_APART "vadd.i32 %q[x], %q[x], r10\n"
#define MF_DEPTHWISE_QUADS_CLAMP      MF_MVE_CLAMP("q3", "q0", "r1, #12")

MF_DEPTHWISE_QUADS(near, MF_DEPTHWISE_QUADS_FOUR_NEAR, MF_DEPTHWISE_QUADS_TWO_NEAR, MF_MVE_SCALE,
                   "128",
                   MF_DEPTHWISE_QUADS_STORE(MF_MVE_BYTES, MF_DEPTHWISE_QUADS_CLAMP, "128",
                                            MF_DEPTHWISE_QUADS_STEP_NEAR))
MF_DEPTHWISE_QUADS(near_relu, MF_DEPTHWISE_QUADS_FOUR_NEAR, MF_DEPTHWISE_QUADS_TWO_NEAR,
                   MF_MVE_SCALE_RELU, "128",
                   MF_DEPTHWISE_QUADS_STORE(MF_MVE_BYTES_RELU, "", "128",
                                            MF_DEPTHWISE_QUADS_STEP_NEAR))
MF_DEPTHWISE_QUADS(apart, MF_DEPTHWISE_QUADS_FOUR_APART, MF_DEPTHWISE_QUADS_TWO_APART, MF_MVE_SCALE,
                   "112",
                   MF_DEPTHWISE_QUADS_STORE(MF_MVE_BYTES, MF_DEPTHWISE_QUADS_CLAMP, "112",
                                            MF_DEPTHWISE_QUADS_STEP_APART))
MF_DEPTHWISE_QUADS(apart_relu, MF_DEPTHWISE_QUADS_FOUR_APART, MF_DEPTHWISE_QUADS_TWO_APART,
                   MF_MVE_SCALE_RELU, "112",
                   MF_DEPTHWISE_QUADS_STORE(MF_MVE_BYTES_RELU, "", "112",
                                            MF_DEPTHWISE_QUADS_STEP_APART))

MF_KERNEL void mf_depthwise_quads_s8_compute(mf_depthwise_quads_s8_row *r, const MF_ROM int32_t *w,
                                             int8_t *out,
                                             const MF_ROM mf_depthwise_quads_s8_params *p) {
  if (p->stride_w == 1 && p->relu)
    mf_depthwise_quads_s8_near_relu(r, w, out);
  else if (p->stride_w == 1)
    mf_depthwise_quads_s8_near(r, w, out);
  else if (p->relu)
    mf_depthwise_quads_s8_apart_relu(r, w, out);
  else
    mf_depthwise_quads_s8_apart(r, w, out);
}

/* Interleaves n chunks of `lanes` bytes of each row, 1 to 16, and goes on by `bytes` in those that are inside. */
MF_INNER void mf_depthwise_quads_s8_stage(mf_depthwise_quads_s8_row *r, int32_t lanes, int32_t n,
                                          int8_t *to, int32_t bytes) {
  register mf_depthwise_quads_s8_row *row __asm__("r1") = r;
  register int8_t *at __asm__("r10") = to;
  __asm__ volatile("vctp.8 %[lanes]\n" MF_DEPTHWISE_QUADS_STAGE("%[n]")
                   : "+r"(row), "+r"(at)
                   : [lanes] "r"(lanes), [n] "r"(n)
                   : "r2", "r3", "r4", "r6", "r8", "r11", "lr", "q0", "q1", "q2", "q3", "memory");
  for (int32_t k = 0; k < 3; k++) r->from[k] += r->step[k] == 0 ? 0 : bytes;
}

/* Stages all channels of rows of up to 16, which lie together. */
MF_KERNEL void mf_depthwise_quads_s8_stage_all(mf_depthwise_quads_s8_row *r,
                                               const MF_ROM mf_depthwise_quads_s8_params *p) {
  const int32_t bytes = r->under * p->out_c, whole = bytes & ~15;
  if (whole > 0) mf_depthwise_quads_s8_stage(r, 16, whole / 16, r->inside, whole);
  if (whole < bytes) mf_depthwise_quads_s8_stage(r, bytes - whole, 1, r->inside + 4 * whole, 0);
}

/* Computes a row whose channels are no multiple of four: each four in spare memory, then copied. */
MF_INNER void mf_depthwise_quads_s8_copied(mf_depthwise_quads_s8_row *r, int8_t *out,
                                           const MF_ROM mf_depthwise_quads_s8_params *p) {
  int8_t *const columns = r->columns;
  for (int32_t c = 0; c < p->out_c; c += 4) {
    const int32_t left = p->out_c - c;
    if (c % 16 == 0 && r->pitch == 64)
      mf_depthwise_quads_s8_stage(r, left < 16 ? left : 16, r->under, r->inside, 16);
    r->columns = columns + c % 16 * 4;
    r->left = 4;
    mf_depthwise_quads_s8_compute(r, p->stream + c * mf_depthwise_quads_s8_words(p), r->spare, p);
    for (int32_t x = 0; x < p->out_w; x++)
      for (int32_t i = 0; i < left && i < 4; i++) out[x * p->out_c + c + i] = r->spare[4 * x + i];
  }
  r->columns = columns;
}

/* Zero points from `to` on, at least so many bytes, at most 15 more. */
MF_KERNEL void mf_depthwise_quads_s8_pad(int8_t *to, int32_t bytes, int8_t zero) {
  const int8x16_t zeros = mf_mve_bytes(zero);
  for (int8_t *end = to + bytes; to < end; to += 16) vst1q_s8(to, zeros);
}

/* Prepares what all rows have in common. */
MF_KERNEL void mf_depthwise_quads_s8_prepare(mf_depthwise_quads_s8_row *r, int8_t *scratch,
                                             const MF_ROM mf_depthwise_quads_s8_params *p) {
  const int32_t quads = (p->out_w + 3) / 4, columns = 4 * quads * p->stride_w + 2;
  const int32_t most = columns - p->pad_left;
  r->quads = p->out_w / 4;
  r->rest = p->out_w % 4;
  r->pixel = p->out_c % 4 == 0 ? p->out_c : 4;
  r->pitch = p->stride_w == 1 && p->out_c <= 16 ? 4 * p->out_c : 64;
  r->advance = 4 * r->pitch * p->stride_w;
  r->back = quads * r->advance - 16;
  r->rewind = 4 * quads * r->pixel - 4;
  r->limits[0] = mf_mve_four(p->out_min);
  r->limits[1] = mf_mve_four(p->out_max);
  r->zero = p->out_zero_point;
  r->outside = scratch;
  r->columns = r->outside + 16;
  r->inside = r->columns + p->pad_left * r->pitch;
  r->spare = r->columns + columns * r->pitch + 64;
  r->under = p->in_w < most ? p->in_w : most;
  r->staged = r->pitch == 64 && p->out_c % 4 == 0 ? r->under : 0;
  r->behind = ((p->out_w - 1) * p->stride_w + 3 - p->pad_left - r->under) * r->pitch;
  mf_depthwise_quads_s8_pad(r->outside, 16, p->in_zero_point);
}

/* Begins a row from those under its windows. */
MF_KERNEL void mf_depthwise_quads_s8_begin(mf_depthwise_quads_s8_row *r, const int8_t *const *rows,
                                           const MF_ROM mf_depthwise_quads_s8_params *p) {
  const int32_t step = r->pitch == 64 ? p->out_c : 16;
  for (int32_t k = 0; k < 3; k++) {
    const int8_t *row = k < p->kernel_h ? rows[k] : NULL;
    r->from[k] = row == NULL ? r->outside : row;
    r->step[k] = row == NULL ? 0 : step;
    r->next[k] = row == NULL ? 0 : 16;
  }
  mf_depthwise_quads_s8_pad(r->columns, p->pad_left * r->pitch, p->in_zero_point);
  if (r->pitch != 64) mf_depthwise_quads_s8_stage_all(r, p);
  mf_depthwise_quads_s8_pad(r->inside + r->under * r->pitch, r->behind, p->in_zero_point);
  r->left = p->out_c;
}

MF_ENTRY void mf_depthwise_quads_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                         void *scratch,
                                         const MF_ROM mf_depthwise_quads_s8_params *p) {
  mf_depthwise_quads_s8_row r;
  mf_depthwise_quads_s8_prepare(&r, scratch, p);
  for (; n > 0; n--, rows += p->kernel_h, out += p->out_w * p->out_c) {
    mf_depthwise_quads_s8_begin(&r, rows, p);
    if (r.pixel == p->out_c)
      mf_depthwise_quads_s8_compute(&r, p->stream, out, p);
    else
      mf_depthwise_quads_s8_copied(&r, out, p);
  }
}

#endif
