/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_sixteens_s8 for Arm's MVE. */
/* Needs mf_mve.h. */
#ifndef MF_DEPTHWISE_SIXTEENS_S8_MVE_H
#define MF_DEPTHWISE_SIXTEENS_S8_MVE_H

/* Sums of 16 channels: vector k of four holds those of channels k, k + 4, k + 8 and k + 12. The instructions of a loop
   that adds the products of taps, from where r0 points on; q4 to q6 are lost. */
#define MF_DEPTHWISE_SIXTEENS_S8_TAPS                                         \
  "2: vpst; vldrbt.u8 q4, [r0]; vldrb.u8 q5, [%[w]], #16; add r0, %[step]\n"  \
  "vmullb.s8 q6, q4, q5; vmullt.s8 q4, q4, q5\n"                              \
  "vmovlb.s16 q5, q6; vadd.i32 %q[a], %q[a], q5; vmovlt.s16 q6, q6\n"         \
  "vadd.i32 %q[c], %q[c], q6; vmovlb.s16 q5, q4; vadd.i32 %q[b], %q[b], q5\n" \
  "vmovlt.s16 q4, q4; vadd.i32 %q[d], %q[d], q4; le lr, 2b\n"

typedef struct {
  int32x4_t v0, v1, v2, v3;
} mf_depthwise_sixteens_s8_sums;

/* The window of a pixel: in row k its taps begin at rows[k] + first, `step` apart. `whole`: all lie inside. */
typedef struct {
  const int8_t *const *rows;
  int32_t first;
  int32_t step;
  mf_taps inside;
  int whole;
} mf_depthwise_sixteens_s8_window;

/* Adds the products of n taps, whose inputs lie `step` apart, of the first `lanes` channels. */
MF_KERNEL void mf_depthwise_sixteens_s8_taps(mf_depthwise_sixteens_s8_sums *s, const int8_t *x,
                                             int32_t step, const MF_ROM int8_t *w, int32_t n,
                                             int32_t lanes) {
  if (n <= 0) return;
  __asm__ volatile("vctp.8 %[lanes]; mov r0, %[x]; dls lr, %[n]\n" MF_DEPTHWISE_SIXTEENS_S8_TAPS
                   : [w] "+r"(w), [a] "+w"(s->v0), [b] "+w"(s->v1), [c] "+w"(s->v2), [d] "+w"(s->v3)
                   : [x] "r"(x), [n] "r"(n), [lanes] "r"(lanes), [step] "r"(step)
                   : "r0", "lr", "q4", "q5", "q6", "memory");
}

/* The same of all taps of a window that lies inside, whose rows of inputs begin at `first` from where `rows` point. */
MF_KERNEL void mf_depthwise_sixteens_s8_whole(mf_depthwise_sixteens_s8_sums *s,
                                              const mf_depthwise_sixteens_s8_window *window,
                                              int32_t first, const MF_ROM int8_t *w, int32_t lanes,
                                              const MF_ROM mf_depthwise_sixteens_s8_params *p) {
  const int8_t *const *rows = window->rows;
  int32_t n = p->kernel_h;
  __asm__ volatile(
      "vctp.8 %[lanes]\n"
      "1: ldr r0, [%[rows]], #4; add r0, %[first]; dls lr, %[taps]\n" MF_DEPTHWISE_SIXTEENS_S8_TAPS
      "subs %[n], #1; bne 1b\n"
      : [rows] "+r"(rows), [n] "+r"(n), [w] "+r"(w), [a] "+w"(s->v0), [b] "+w"(s->v1),
        [c] "+w"(s->v2), [d] "+w"(s->v3)
      : [first] "r"(first), [taps] "r"((int32_t)p->kernel_w), [lanes] "r"(lanes),
        [step] "r"(window->step)
      : "r0", "lr", "cc", "q4", "q5", "q6", "memory");
}

/* The same of a window of which taps lie outside. */
MF_KERNEL void mf_depthwise_sixteens_s8_parts(mf_depthwise_sixteens_s8_sums *s,
                                              const mf_depthwise_sixteens_s8_window *window,
                                              int32_t first, const MF_ROM int8_t *w, int32_t lanes,
                                              const MF_ROM mf_depthwise_sixteens_s8_params *p) {
  const int32_t taps = p->kernel_w;
  int8_t outside[16];
  vst1q_s8(outside, mf_mve_bytes(p->in_zero_point));
  for (int32_t k = 0; k < p->kernel_h; k++, w += 16 * taps) {
    const int8_t *const row = window->rows[k];
    const mf_taps in = window->inside;
    const int32_t before = row == NULL ? taps : in.first;
    mf_depthwise_sixteens_s8_taps(s, outside, 0, w, before, lanes);
    if (row == NULL) continue;
    mf_depthwise_sixteens_s8_taps(s, row + first, window->step, w + 16 * before, in.end - before,
                                  lanes);
    mf_depthwise_sixteens_s8_taps(s, outside, 0, w + 16 * in.end, taps - in.end, lanes);
  }
}

/* Writes the first `lanes` of 16 channels. */
MF_KERNEL void mf_depthwise_sixteens_s8_write(const mf_depthwise_sixteens_s8_sums *s,
                                              const MF_ROM int32_t *scales, int32_t lanes,
                                              int8_t *out,
                                              const MF_ROM mf_depthwise_sixteens_s8_params *p) {
  const int32x4_t v0 = mf_mve_scaled(s->v0, vld1q_s32(scales + 16), vld1q_s32(scales + 32));
  const int32x4_t v1 = mf_mve_scaled(s->v1, vld1q_s32(scales + 20), vld1q_s32(scales + 36));
  const int32x4_t v2 = mf_mve_scaled(s->v2, vld1q_s32(scales + 24), vld1q_s32(scales + 40));
  const int32x4_t v3 = mf_mve_scaled(s->v3, vld1q_s32(scales + 28), vld1q_s32(scales + 44));
  const int16x8_t none = mf_mve_halves(0);
  const int16x8_t even = vqmovntq_s32(vqmovnbq_s32(none, v0), v2);
  const int16x8_t odd = vqmovntq_s32(vqmovnbq_s32(none, v1), v3);
  const int16_t zero = p->out_zero_point;
  const int8x16_t made = vqmovntq_s16(vqmovnbq_s16(mf_mve_bytes(0), vqaddq_n_s16(even, zero)),
                                      vqaddq_n_s16(odd, zero));
  const int8x16_t least = mf_mve_bytes(p->out_min), most = mf_mve_bytes(p->out_max);
  vstrbq_p_s8(out, vminq_s8(vmaxq_s8(made, least), most), vctp8q((uint32_t)lanes));
}

/* Computes the channels c to c + lanes, 16 at most, of a pixel. */
MF_INNER void mf_depthwise_sixteens_s8_strip(const mf_depthwise_sixteens_s8_window *window,
                                             int32_t c, int32_t lanes, int8_t *out,
                                             const MF_ROM mf_depthwise_sixteens_s8_params *p) {
  const MF_ROM int8_t *w = p->weights + c * p->kernel_h * p->kernel_w;
  const MF_ROM int32_t *scales = p->scales + 3 * c;
  mf_depthwise_sixteens_s8_sums s = {vld1q_s32(scales), vld1q_s32(scales + 4),
                                     vld1q_s32(scales + 8), vld1q_s32(scales + 12)};
  if (window->whole)
    mf_depthwise_sixteens_s8_whole(&s, window, window->first + c, w, lanes, p);
  else
    mf_depthwise_sixteens_s8_parts(&s, window, window->first + c, w, lanes, p);
  mf_depthwise_sixteens_s8_write(&s, scales, lanes, out + c, p);
}

/* Computes the pixel whose tap 0 lies at x0. */
MF_KERNEL void mf_depthwise_sixteens_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                              const MF_ROM mf_depthwise_sixteens_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  const int32_t step = p->dilation_w * p->out_c, first = x0 * p->out_c + inside.first * step;
  int whole = inside.first == 0 && inside.end == p->kernel_w;
  for (int32_t k = 0; k < p->kernel_h; k++) whole &= rows[k] != NULL;
  const mf_depthwise_sixteens_s8_window window = {rows, first, step, inside, whole};
  for (int32_t c = 0; c < p->out_c; c += 16)
    mf_depthwise_sixteens_s8_strip(&window, c, p->out_c - c < 16 ? p->out_c - c : 16, out, p);
}

MF_PICTURE_ROWS(depthwise_sixteens_s8, int8_t, p->out_c)

#endif
