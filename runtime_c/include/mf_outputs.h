/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_outputs.h: the int8 outputs of a layer's sums, several at once. Include mf_layer.h first. */
#ifndef MF_OUTPUTS_H
#define MF_OUTPUTS_H

#ifndef MF_THUMB_OUTPUTS
/* How sums become outputs: the tables of the layer, one entry a channel, zero point and clamp. `apart`: from a pixel
   to the next, in bytes. */
typedef struct {
  const MF_ROM int32_t *bias;
  const MF_ROM int32_t *multiplier;
  const MF_ROM int8_t *shift;
  int32_t zero_point;
  int32_t low;
  int32_t high;
  int32_t apart;
} mf_outputs;
#endif

/* mf_outputs_pixels_s8: writes a channel of three pixels, from `out` on.
   mf_outputs_channels_s8: writes the channels o to o + n of a pixel, from `out` on; n: 1 or more. */
#if defined(__thumb2__) && MF_LAYER_ROUNDS_TWICE
/* r12 becomes the output of the sum r0, with the multiplier in r5, the shift to the right in r6, and from r7 on
   zero point, low and high. r11 is lost. After a shift the carry says whether to round up. */
#define MF_OUTPUTS_HIGH \
  "cmp r12, r9\n"       \
  "it gt\n"             \
  "movgt r12, r9\n"
#define MF_OUTPUTS_PRODUCT   \
  "smull r11, r12, r0, r5\n" \
  "adds r11, #0x40000000\n"  \
  "adc r12, r12, #0\n"       \
  "lsls r11, #1\n"           \
  "adc r12, r12, r12\n"
#define MF_OUTPUTS_CLAMP \
  "cmp r12, r8\n"        \
  "it lt\n"              \
  "movlt r12, r8\n" MF_OUTPUTS_HIGH
#define MF_OUTPUTS_ANY           \
  MF_OUTPUTS_PRODUCT             \
  "add r12, r12, r12, asr #31\n" \
  "asrs r12, r6\n"               \
  "adc r12, r12, r7\n" MF_OUTPUTS_CLAMP
/* The same of a sum that is not below zero, where the zero point is the low end; the multiplier in r5 is doubled. */
#define MF_OUTPUTS_ABOVE     \
  "umull r11, r12, r0, r5\n" \
  "lsls r11, #1\n"           \
  "adc r12, r12, #0\n"       \
  "lsrs r12, r6\n"           \
  "adc r12, r12, r7\n" MF_OUTPUTS_HIGH
/* The same where the shift is to the left, by -r6. */
#define MF_OUTPUTS_LEFT \
  "rsb r11, r6, #0\n"   \
  "lsl r0, r11\n" MF_OUTPUTS_PRODUCT "add r12, r7\n" MF_OUTPUTS_CLAMP

/* That of the next sum at r2, to r3. */
#define MF_OUTPUTS_PIXEL      \
  "mov r12, r8\n"             \
  "ldr r0, [r2], #4\n"        \
  "adds r0, r4\n"             \
  "bmi 7f\n" MF_OUTPUTS_ABOVE \
  "7:\n"                      \
  "strb r12, [r3]\n"          \
  "add r3, r10\n"

__attribute__((naked)) MF_INNER void mf_outputs_pixels_s8(const mf_outputs *t, int32_t o,
                                                          const int32_t *sum, int8_t *out) {
  MF_IN_REGISTERS((void)t, (void)o, (void)sum, (void)out);
  __asm__ volatile(
      "push {r4-r11, lr}\n"
      "ldm r0, {r4-r10}\n"
      "ldr r4, [r4, r1, lsl #2]\n"
      "ldr r5, [r5, r1, lsl #2]\n"
      "ldrsb r6, [r6, r1]\n"
      "mov lr, #3\n"
      "rsbs r6, #0\n"
      "ble 6f\n"
      "cmp r8, r7\n"
      "bne 4f\n"
      "lsl r5, #1\n" MF_OUTPUTS_PIXEL MF_OUTPUTS_PIXEL MF_OUTPUTS_PIXEL
      "pop {r4-r11, pc}\n"
      "4:\n"
      "ldr r0, [r2], #4\n"
      "add r0, r4\n" MF_OUTPUTS_ANY
      "strb r12, [r3]\n"
      "add r3, r10\n"
      "subs lr, #1\n"
      "bne 4b\n"
      "pop {r4-r11, pc}\n"
      "6:\n"
      "ldr r0, [r2], #4\n"
      "add r0, r4\n" MF_OUTPUTS_LEFT
      "strb r12, [r3]\n"
      "add r3, r10\n"
      "subs lr, #1\n"
      "bne 6b\n"
      "pop {r4-r11, pc}\n");
}

#if defined(__ARM_FEATURE_MVE)
/* Four at a time: sums in q0, shifts in q2, of which q3 takes those to the left and then where they go to the right;
   zero, low and high in q5 to q7. Before a shift to the right sums below zero lose 1, see mf_requantise. */
__attribute__((naked)) MF_INNER void mf_outputs_channels_s8(const mf_outputs *t, int32_t o,
                                                            const int32_t *sum, int8_t *out,
                                                            int32_t n) {
  MF_IN_REGISTERS((void)t, (void)o, (void)sum, (void)out, (void)n);
  __asm__ volatile(
      "push {r4-r8, lr}; vpush {d10-d15}\n"
      "ldm r0, {r4-r8, r12}; vdup.32 q6, r8; vdup.32 q7, r12; vmov.i32 q5, #0\n"
      "add r4, r4, r1, lsl #2; add r5, r5, r1, lsl #2; add r6, r1\n"
      "ldr r0, [sp, #72]; dlstp.32 lr, r0\n"
      "1: vldrw.u32 q0, [r2], #16; vldrw.u32 q1, [r4], #16; vadd.i32 q0, q0, q1\n"
      "vldrb.s32 q2, [r6], #4; vmax.s32 q3, q2, q5; vshl.s32 q0, q0, q3\n"
      "vldrw.u32 q1, [r5], #16; vqrdmulh.s32 q1, q0, q1\n"
      "vmin.s32 q2, q2, q5; vshr.s32 q3, q2, #31; vshr.s32 q0, q0, #31; vand q0, q0, q3\n"
      "vadd.i32 q1, q1, q0; vrshl.s32 q1, q1, q2; vadd.i32 q1, q1, r7\n"
      "vmax.s32 q1, q1, q6; vmin.s32 q1, q1, q7; vstrb.32 q1, [r3], #4; letp lr, 1b\n"
      "vpop {d10-d15}; pop {r4-r8, pc}\n");
}
#else
/* The next sum, its bias in r11, and its multiplier and shift; on to 6 where that is to the left. */
#define MF_OUTPUTS_CHANNEL \
  "ldr r11, [r4], #4\n"    \
  "ldr r0, [r2], #4\n"     \
  "ldr r5, [r10], #4\n"    \
  "ldrsb r6, [r1], #1\n"   \
  "rsbs r6, #0\n"          \
  "ble 6f\n"

__attribute__((naked)) MF_INNER void mf_outputs_channels_s8(const mf_outputs *t, int32_t o,
                                                            const int32_t *sum, int8_t *out,
                                                            int32_t n) {
  MF_IN_REGISTERS((void)t, (void)o, (void)sum, (void)out, (void)n);
  __asm__ volatile(
      "push {r4-r11, lr}\n"
      "ldr lr, [sp, #36]\n"
      "ldr r4, [r0]\n"
      "add r10, r0, #4\n"
      "ldm r10, {r5-r9}\n"
      "add r4, r4, r1, lsl #2\n"
      "add r10, r5, r1, lsl #2\n"
      "add r1, r6\n"
      "cmp r8, r7\n"
      "bne 4f\n"
      "1:\n" MF_OUTPUTS_CHANNEL
      "adds r0, r11\n"
      "bmi 2f\n"
      "lsl r5, #1\n" MF_OUTPUTS_ABOVE
      "strb r12, [r3], #1\n"
      "subs lr, #1\n"
      "bne 1b\n"
      "pop {r4-r11, pc}\n"
      "2:\n"
      "strb r8, [r3], #1\n"
      "subs lr, #1\n"
      "bne 1b\n"
      "pop {r4-r11, pc}\n"
      "4:\n" MF_OUTPUTS_CHANNEL "add r0, r11\n" MF_OUTPUTS_ANY
      "strb r12, [r3], #1\n"
      "subs lr, #1\n"
      "bne 4b\n"
      "pop {r4-r11, pc}\n"
      "6:\n"
      "add r0, r11\n" MF_OUTPUTS_LEFT
      "strb r12, [r3], #1\n"
      "subs lr, #1\n"
      "beq 7f\n"
      "cmp r8, r7\n"
      "beq 1b\n"
      "b 4b\n"
      "7:\n"
      "pop {r4-r11, pc}\n");
}
#endif
#else
/* Tells whether the zero point is the low end, as behind ReLU: no sum of zero and below needs the product. */
MF_KERNEL int mf_outputs_cut(const mf_outputs *t, int32_t shift) {
  return MF_LAYER_ROUNDS_TWICE && t->low == t->zero_point && shift < 0;
}

MF_KERNEL int8_t mf_outputs_above_s8(const mf_outputs *t, int32_t sum, int32_t multiplier,
                                     int32_t shift) {
  if (sum <= 0) return (int8_t)t->low;
  return mf_output_above_s8(sum, multiplier, shift, t->zero_point, t->high);
}

MF_INNER void mf_outputs_pixels_s8(const mf_outputs *t, int32_t o, const int32_t *sum,
                                   int8_t *out) {
  const mf_outputs u = *t;
  const int32_t bias = u.bias[o], multiplier = u.multiplier[o], shift = u.shift[o];
  if (mf_outputs_cut(&u, shift))
    for (const int32_t *end = sum + 3; sum != end; out += u.apart)
      *out = mf_outputs_above_s8(&u, mf_wrapping_add(*sum++, bias), multiplier, shift);
  else
    for (const int32_t *end = sum + 3; sum != end; out += u.apart)
      *out = mf_layer_output_s8(mf_wrapping_add(*sum++, bias), multiplier, shift, u.zero_point,
                                u.low, u.high);
}

#ifndef MF_THUMB_OUTPUTS
MF_INNER void mf_outputs_channels_s8(const mf_outputs *t, int32_t o, const int32_t *sum,
                                     int8_t *out, int32_t n) {
  const mf_outputs u = *t;
  const MF_ROM int32_t *bias = u.bias + o, *multiplier = u.multiplier + o;
  const MF_ROM int8_t *shift = u.shift + o;
  for (const int32_t *end = sum + n; sum != end; multiplier++, shift++) {
    const int32_t biased = mf_wrapping_add(*sum++, *bias++);
    *out++ = mf_outputs_cut(&u, *shift)
                 ? mf_outputs_above_s8(&u, biased, *multiplier, *shift)
                 : mf_layer_output_s8(biased, *multiplier, *shift, u.zero_point, u.low, u.high);
  }
}
#endif
#endif

#endif
