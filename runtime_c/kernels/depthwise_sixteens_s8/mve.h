/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_sixteens_s8 for Arm's MVE. */
/* Needs mf_mve.h. */
#ifndef MF_DEPTHWISE_SIXTEENS_S8_MVE_H
#define MF_DEPTHWISE_SIXTEENS_S8_MVE_H

/* Sums of 16 channels: vector k of four holds those of channels k, k + 4, k + 8 and k + 12. Adds the products of n
   taps, whose inputs lie `step` apart, of the first `lanes` channels. */
MF_KERNEL void mf_depthwise_sixteens_s8_taps(int32x4x4_t *s, const int8_t *x, int32_t step,
                                             const MF_ROM int8_t *w, int32_t n, int32_t lanes) {
  if (n <= 0) return;
  __asm__ volatile(
      "vctp.8 %[lanes]; dls lr, %[n]\n"
      "1: vpst; vldrbt.u8 q4, [%[x]]; vldrb.u8 q5, [%[w]], #16; add %[x], %[step]\n"
      "vmullb.s8 q6, q4, q5; vmullt.s8 q4, q4, q5\n"
      "vmovlb.s16 q5, q6; vadd.i32 %q[a], %q[a], q5; vmovlt.s16 q6, q6\n"
      "vadd.i32 %q[c], %q[c], q6; vmovlb.s16 q5, q4; vadd.i32 %q[b], %q[b], q5\n"
      "vmovlt.s16 q4, q4; vadd.i32 %q[d], %q[d], q4; le lr, 1b\n"
      : [x] "+r"(x), [w] "+r"(w), [a] "+w"(s->val[0]), [b] "+w"(s->val[1]), [c] "+w"(s->val[2]),
        [d] "+w"(s->val[3])
      : [n] "r"(n), [lanes] "r"(lanes), [step] "r"(step)
      : "lr", "q4", "q5", "q6", "memory");
}

/* Writes the first `lanes` of 16 channels. */
MF_KERNEL void mf_depthwise_sixteens_s8_write(const int32x4x4_t *s, const MF_ROM int32_t *scales,
                                              int32_t lanes, int8_t *out,
                                              const MF_ROM mf_depthwise_sixteens_s8_params *p) {
  int32x4_t v[4];
  for (int32_t k = 0; k < 4; k++)
    v[k] = mf_mve_scaled(s->val[k], vld1q_s32(scales + 16 + 4 * k), vld1q_s32(scales + 32 + 4 * k));
  const int16x8_t none = mf_mve_halves(0);
  const int16x8_t even = vqmovntq_s32(vqmovnbq_s32(none, v[0]), v[2]);
  const int16x8_t odd = vqmovntq_s32(vqmovnbq_s32(none, v[1]), v[3]);
  const int16_t zero = p->out_zero_point;
  const int8x16_t made = vqmovntq_s16(vqmovnbq_s16(mf_mve_bytes(0), vqaddq_n_s16(even, zero)),
                                      vqaddq_n_s16(odd, zero));
  const int8x16_t least = mf_mve_bytes(p->out_min), most = mf_mve_bytes(p->out_max);
  vstrbq_p_s8(out, vminq_s8(vmaxq_s8(made, least), most), vctp8q((uint32_t)lanes));
}

/* Computes the channels c to c + lanes, 16 at most, of the pixel whose tap 0 lies at x0. */
MF_INNER void mf_depthwise_sixteens_s8_strip(const int8_t *const *rows, int32_t x0, int32_t c,
                                             int32_t lanes, int8_t *out,
                                             const MF_ROM mf_depthwise_sixteens_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  const int32_t step = p->dilation_w * p->out_c, first = x0 * p->out_c + inside.first * step + c;
  const int32_t row_bytes = 16 * p->kernel_w;
  const MF_ROM int8_t *w = p->weights + c * p->kernel_h * p->kernel_w;
  const MF_ROM int32_t *scales = p->scales + 3 * c;
  int32x4x4_t s = {
      {vld1q_s32(scales), vld1q_s32(scales + 4), vld1q_s32(scales + 8), vld1q_s32(scales + 12)}};
  int8_t outside[16];
  vst1q_s8(outside, mf_mve_bytes(p->in_zero_point));
  for (int32_t k = 0; k < p->kernel_h; k++, w += row_bytes) {
    const int32_t before = rows[k] == NULL ? p->kernel_w : inside.first;
    mf_depthwise_sixteens_s8_taps(&s, outside, 0, w, before, lanes);
    if (rows[k] == NULL) continue;
    mf_depthwise_sixteens_s8_taps(&s, rows[k] + first, step, w + 16 * before, inside.end - before,
                                  lanes);
    mf_depthwise_sixteens_s8_taps(&s, outside, 0, w + 16 * inside.end, p->kernel_w - inside.end,
                                  lanes);
  }
  mf_depthwise_sixteens_s8_write(&s, scales, lanes, out + c, p);
}

MF_KERNEL void mf_depthwise_sixteens_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                              const MF_ROM mf_depthwise_sixteens_s8_params *p) {
  for (int32_t c = 0; c < p->out_c; c += 16)
    mf_depthwise_sixteens_s8_strip(rows, x0, c, p->out_c - c < 16 ? p->out_c - c : 16, out, p);
}

MF_PICTURE_ROWS(depthwise_sixteens_s8, int8_t, p->out_c)

#endif
