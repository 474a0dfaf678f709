/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_s8 for Arm's MVE: 16 output channels side by side. */
/* Needs mf_mve.h and mf_outputs.h. */
#ifndef MF_DEPTHWISE_S8_MVE_H
#define MF_DEPTHWISE_S8_MVE_H

/* Adds the products of n bytes of inputs and weights, both of which lie a step apart, to the sums of `lanes` channels:
   vector k of four holds those of channels k, k + 4, k + 8 and k + 12. `load` puts inputs into vector q4. */
#define MF_DEPTHWISE_S8_PRODUCTS(load)                                                           \
  __asm__ volatile(                                                                              \
      "vctp.8 %[lanes]; dls lr, %[n]\n"                                                          \
      "1: " load                                                                                 \
      "vpst; vldrbt.u8 q5, [%[w]]; vmullb.s8 q6, q4, q5; vmullt.s8 q4, q4, q5\n"                 \
      "add %[x], %[step]; add %[w], %[filters]\n"                                                \
      "vmovlb.s16 q5, q6; vadd.i32 %q[a], %q[a], q5; vmovlt.s16 q6, q6; vadd.i32 %q[c], %q[c], " \
      "q6\n"                                                                                     \
      "vmovlb.s16 q5, q4; vadd.i32 %q[b], %q[b], q5; vmovlt.s16 q4, q4; vadd.i32 %q[d], %q[d], " \
      "q4\n"                                                                                     \
      "le lr, 1b\n"                                                                              \
      : [x] "+r"(x), [w] "+r"(w), [a] "+w"(s->val[0]), [b] "+w"(s->val[1]), [c] "+w"(s->val[2]), \
        [d] "+w"(s->val[3])                                                                      \
      : [n] "r"(n), [lanes] "r"(lanes), [step] "r"(step), [filters] "r"(filters)                 \
      : "r0", "lr", "q4", "q5", "q6", "memory")

MF_KERNEL void mf_depthwise_s8_each(int32x4x4_t *s, const int8_t *x, int32_t step,
                                    const MF_ROM int8_t *w, int32_t filters, int32_t n,
                                    int32_t lanes) {
  MF_DEPTHWISE_S8_PRODUCTS("vpst; vldrbt.u8 q4, [%[x]]; ");
}

/* The same where all channels read one input. */
MF_KERNEL void mf_depthwise_s8_one(int32x4x4_t *s, const int8_t *x, int32_t step,
                                   const MF_ROM int8_t *w, int32_t filters, int32_t n,
                                   int32_t lanes) {
  MF_DEPTHWISE_S8_PRODUCTS("ldrb r0, [%[x]]; vdup.8 q4, r0; ");
}

/* Adds n taps of a row: all inside, at x, or all outside. */
MF_KERNEL void mf_depthwise_s8_taps(int32x4x4_t *s, const int8_t *x, int32_t step,
                                    const MF_ROM int8_t *w, int32_t n, int32_t lanes,
                                    const MF_ROM mf_depthwise_s8_params *p) {
  if (n <= 0) return;
  if (p->depth_multiplier == 1)
    mf_depthwise_s8_each(s, x, step, w, p->out_c, n, lanes);
  else
    mf_depthwise_s8_one(s, x, step, w, p->out_c, n, lanes);
}

/* Writes the channels o to o + lanes of a pixel. */
MF_KERNEL void mf_depthwise_s8_write(const int32_t *sum, int32_t o, int32_t lanes, int8_t *out,
                                     const MF_ROM mf_depthwise_s8_params *p) {
  const mf_outputs outputs = {p->bias,    p->multiplier, p->shift, p->out_zero_point,
                              p->out_min, p->out_max,    p->out_c};
  mf_outputs_channels_s8(&outputs, o, sum, out + o, lanes);
}

/* Computes the channels o to o + lanes, 16 at most, of the pixel whose tap 0 lies at x0. The first of them reads the
   input's `channel`. */
MF_INNER void mf_depthwise_s8_channels(const int8_t *const *rows, int32_t x0, int32_t channel,
                                       int32_t o, int32_t lanes, int8_t *out,
                                       const MF_ROM mf_depthwise_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  const int32_t first = (x0 + inside.first * p->dilation_w) * p->in_c + channel;
  const MF_ROM int8_t *w = p->weights + o;
  const int32x4_t none = mf_mve_words(0);
  int32x4x4_t s = {{none, none, none, none}};
  int8_t outside[16];
  int32_t sums[16];
  vst1q_s8(outside, mf_mve_bytes(p->in_zero_point));
  for (int32_t k = 0; k < p->kernel_h; k++, w += p->kernel_w * p->out_c) {
    const int32_t before = rows[k] == NULL ? p->kernel_w : inside.first;
    mf_depthwise_s8_taps(&s, outside, 0, w, before, lanes, p);
    if (rows[k] == NULL) continue;
    mf_depthwise_s8_taps(&s, rows[k] + first, p->dilation_w * p->in_c, w + before * p->out_c,
                         inside.end - before, lanes, p);
    mf_depthwise_s8_taps(&s, outside, 0, w + inside.end * p->out_c, p->kernel_w - inside.end, lanes,
                         p);
  }
  vst4q_s32(sums, s);
  mf_depthwise_s8_write(sums, o, lanes, out, p);
}

/* Computes the pixel whose tap 0 lies at x0. */
MF_KERNEL void mf_depthwise_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                     const MF_ROM mf_depthwise_s8_params *p) {
  const int32_t multiplier = p->depth_multiplier, run = multiplier == 1 ? p->out_c : multiplier;
  for (int32_t start = 0; start < p->out_c; start += run)
    for (int32_t o = start, lanes; o < start + run; o += lanes) {
      lanes = start + run - o < 16 ? start + run - o : 16;
      mf_depthwise_s8_channels(rows, x0, o / multiplier, o, lanes, out, p);
    }
}

MF_PICTURE_ROWS(depthwise_s8, int8_t, p->out_c)

MF_ENTRY void mf_depthwise_s8_begin(int32_t *sums, const MF_ROM mf_depthwise_s8_params *p) {
  memset(sums, 0, (size_t)p->out_c * sizeof *sums);
}

/* Adds n products to as many sums. */
MF_INNER void mf_depthwise_s8_add_each(const int8_t *x, const MF_ROM int8_t *w, int32_t n,
                                       int32_t *sums) {
  __asm__ volatile(
      "dlstp.32 lr, %[n]\n"
      "1: vldrb.s32 q0, [%[x]], #4; vldrb.s32 q1, [%[w]], #4; vldrw.u32 q2, [%[sums]]\n"
      "vmul.i32 q0, q0, q1; vadd.i32 q0, q0, q2; vstrw.32 q0, [%[sums]], #16; letp lr, 1b\n"
      : [x] "+l"(x), [w] "+l"(w), [sums] "+r"(sums)
      : [n] "r"(n)
      : "lr", "q0", "q1", "q2", "memory");
}

MF_ENTRY void mf_depthwise_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                                  const MF_ROM mf_depthwise_s8_params *p) {
  const MF_ROM int8_t *w = p->weights + (ptrdiff_t)first * p->depth_multiplier;
  for (const int8_t *end = in + count; in != end; in += p->in_c) {
    if (p->depth_multiplier == 1)
      mf_depthwise_s8_add_each(in, w, p->out_c, sums);
    else
      for (int32_t o = 0; o < p->out_c; o++) sums[o] += in[o / p->depth_multiplier] * w[o];
    w += p->out_c;
  }
}

MF_ENTRY void mf_depthwise_s8_end(const int32_t *sums, int8_t *out,
                                  const MF_ROM mf_depthwise_s8_params *p) {
  mf_depthwise_s8_write(sums, 0, p->out_c, out, p);
}

#endif
