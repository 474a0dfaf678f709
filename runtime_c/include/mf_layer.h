/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_layer.h: the int8 output of a layer's sum, as TensorFlow Lite Micro makes it. Other profiles may have a
   header of this name in its place. Include mf_kernel.h first. */
#ifndef MF_LAYER_H
#define MF_LAYER_H

/* Whether sums are multiplied and shifted, both rounded, as mf_output_s8 does. */
#define MF_LAYER_ROUNDS_TWICE 1

/* `multiplier` and `shift` are entries of the layer's tables; as for mf_output_s8. */
MF_KERNEL int8_t mf_layer_output_s8(int32_t sum, int32_t multiplier, int32_t shift,
                                    int32_t zero_point, int32_t low, int32_t high) {
  return mf_output_s8(sum, multiplier, shift, zero_point, low, high);
}

#if MF_AVR_LOOPS
/* What an output is made with beside its table entries. `step`: 0 where multiplier and shift are the same for all. */
typedef struct {
  int8_t step;
  int8_t zero_point;
  int8_t low;
  int8_t high;
} mf_output_range;

/* Two products of a byte of the sum, two bytes of the multiplier apart, to be added to four bytes. */
#define MF_OUTPUT_PRODUCTS(byte, m0, m2, b0, b1, b2, b3) \
  "mul " byte ", " m0                                    \
  "\n"                                                   \
  "movw r30, r0\n"                                       \
  "mul " byte ", " m2                                    \
  "\n"                                                   \
  "add " b0 ", r30\n adc " b1 ", r31\n adc " b2 ", r0\n adc " b3 ", r1\n"
/* To each of the four bytes r27, r22, r23 and r24, from the lowest on. */
#define MF_OUTPUT_EACH(first, next, b0, b1, b2, b3) \
  first " r27, " b0 "\n" next " r22, " b1 "\n" next " r23, " b2 "\n" next " r24, " b3 "\n"
/* The multiplier to r18 to r21. */
#define MF_OUTPUT_MULTIPLIER \
  "movw r30, r16\n"          \
  "lpm r18, Z+\n lpm r19, Z+\n lpm r20, Z+\n lpm r21, Z+\n"

/* Writes n outputs, as mf_output_s8 does. Sums at Y, multipliers at r16, the range from r10 on; outputs at r2, how many
   in r4, biases at r6, shifts at r8, the last in r14. T: whether nothing below the zero point passes the clamp.

   A sum of three bytes (r23 to r25) that is shifted to the right takes twelve products; of the result (r15, r26, r27,
   r22, r23, r24, from the lowest on) the low three bytes only matter as carries. Where the sum is below zero, what is
   rounded is less by one than the product, see mf_requantise. All other sums go there. */
__attribute__((naked, noclone)) MF_INNER void mf_outputs_run_s8(const int32_t *sum, int8_t *out,
                                                                int n, const MF_ROM int32_t *bias,
                                                                const MF_ROM int32_t *multiplier,
                                                                const MF_ROM int8_t *shift,
                                                                mf_output_range range) {
  MF_IN_REGISTERS((void)sum, (void)out, (void)n, (void)bias, (void)multiplier, (void)shift,
                  (void)range);
  __asm__ volatile(
      "ldi r26, 0\n"
      "ldi r27, 0\n"
      "ldi r30, lo8(gs(1f))\n"
      "ldi r31, hi8(gs(1f))\n"
      "jmp __prologue_saves__\n"
      "1:\n"
      "movw r28, r24\n"
      "movw r2, r22\n"
      "movw r4, r20\n"
      "movw r6, r18\n"
      "movw r8, r14\n"
      "clt\n"
      "cp r12, r11\n"
      "brlt 2f\n"
      "set\n"
      "2:\n" MF_OUTPUT_MULTIPLIER
      "movw r30, r8\n"
      "lpm r14, Z\n"
      "rjmp 3f\n"
      "9:\n" /* any sum, any shift */
      "mov r26, r22\n"
      "mov r22, r23\n mov r23, r24\n mov r24, r25\n mov r25, r26\n"
      "call %x0\n"
      "tst r10\n" /* the one multiplier for all is lost */
      "brne .+10\n" MF_OUTPUT_MULTIPLIER
      "rjmp 13f\n"
      "3:\n"
      "ld r23, Y+\n ld r24, Y+\n ld r25, Y+\n ld r22, Y+\n"
      "movw r30, r6\n"
      "lpm r0, Z+\n add r23, r0\n lpm r0, Z+\n adc r24, r0\n"
      "lpm r0, Z+\n adc r25, r0\n lpm r0, Z+\n adc r22, r0\n"
      "movw r6, r30\n"
      "tst r10\n"
      "breq 4f\n"
      "movw r30, r8\n"
      "lpm r14, Z+\n"
      "movw r8, r30\n" MF_OUTPUT_MULTIPLIER
      "movw r16, r30\n"
      "4:\n"
      "tst r14\n"
      "brpl 9b\n"
      "brtc 5f\n"
      "tst r22\n"
      "brpl 5f\n"
      "mov r22, r12\n"
      "rjmp 15f\n"
      "5:\n"
      "mov r0, r25\n"
      "lsl r0\n"
      "sbc r0, r0\n"
      "cp r22, r0\n"
      "brne 9b\n"
      "mul r23, r18\n mov r15, r1\n"
      "mul r23, r20\n movw r26, r0\n"
      "clr r22\n" MF_OUTPUT_PRODUCTS("r23", "r19", "r21", "r15", "r26", "r27", "r22")
      "clr r23\n" MF_OUTPUT_PRODUCTS("r24", "r18", "r20", "r15", "r26", "r27", "r22")
      "adc r23, r23\n" MF_OUTPUT_PRODUCTS("r24", "r19", "r21", "r26", "r27", "r22", "r23")
      "clr r24\n" MF_OUTPUT_PRODUCTS("r25", "r18", "r20", "r26", "r27", "r22", "r23")
      "adc r24, r24\n" MF_OUTPUT_PRODUCTS("r25", "r19", "r21", "r27", "r22", "r23", "r24")
      "sbrs r25, 7\n"
      "rjmp 6f\n" /* the sum was taken as if unsigned */
      MF_OUTPUT_EACH("sub", "sbc", "r18", "r19", "r20", "r21")
      MF_OUTPUT_EACH("subi", "sbci", "0x40", "0", "0", "0")
      "rjmp 7f\n"
      "6:\n" MF_OUTPUT_EACH("subi", "sbci", "0xc0", "0xff", "0xff", "0xff")
      "7:\n"
      "mov r26, r14\n"
      "neg r26\n"
      "8:\n"
      "cpi r26, 9\n"
      "brlo 10f\n"
      "mov r27, r22\n mov r22, r23\n mov r23, r24\n lsl r24\n sbc r24, r24\n"
      "subi r26, 8\n"
      "rjmp 8b\n"
      "10:\n"
      "cpi r26, 7\n"
      "brlo 19f\n"
      "mov r25, r24\n" /* by 7 or 8: to the left, and a byte to the right */
      "lsl r25\n"
      "sbc r25, r25\n"
      "18:\n"
      "lsl r22\n rol r23\n rol r24\n rol r25\n"
      "inc r26\n"
      "cpi r26, 9\n"
      "brne 18b\n"
      "lsl r22\n"
      "mov r22, r23\n mov r23, r24\n mov r24, r25\n"
      "rjmp 12f\n"
      "19:\n"
      "lsl r27\n"
      "dec r26\n"
      "breq 12f\n"
      "11:\n"
      "asr r24\n ror r23\n ror r22\n"
      "dec r26\n"
      "brne 11b\n"
      "12:\n"
      "clr r0\n"
      "adc r22, r0\n adc r23, r0\n adc r24, r0\n"
      "mov r25, r24\n"
      "lsl r25\n"
      "sbc r25, r25\n"
      "13:\n"
      "clr r0\n"
      "sbrc r11, 7\n"
      "com r0\n"
      "add r22, r11\n adc r23, r0\n adc r24, r0\n adc r25, r0\n"
      "mov r0, r22\n"
      "lsl r0\n"
      "sbc r0, r0\n"
      "cp r23, r0\n cpc r24, r0\n cpc r25, r0\n"
      "breq 14f\n"
      "ldi r22, 0x7f\n" /* more than eight bits */
      "sbrc r25, 7\n"
      "com r22\n"
      "14:\n"
      "cp r22, r12\n"
      "brge 16f\n"
      "mov r22, r12\n"
      "16:\n"
      "cp r13, r22\n"
      "brge 15f\n"
      "mov r22, r13\n"
      "15:\n"
      "movw r30, r2\n"
      "st Z+, r22\n"
      "movw r2, r30\n"
      "ldi r22, 1\n"
      "sub r4, r22\n"
      "brcc .+2\n"
      "dec r5\n"
      "mov r0, r4\n"
      "or r0, r5\n"
      "breq 17f\n"
      "rjmp 3b\n"
      "17:\n"
      "clr r1\n"
      "in r28, __SP_L__\n in r29, __SP_H__\n"
      "ldi r30, 18\n"
      "jmp __epilogue_restores__\n"
      :
      : "i"(mf_requantise));
}

/* The outputs o to o + n of as many sums, 1 or more, by the tables of the layer's parameters; `step`: 0 where multiplier
   and shift are the same for all. */
#define MF_LAYER_OUTPUTS_S8(sum, out, o, n, step, p)                                               \
  mf_outputs_run_s8((sum), (out) + (o), (int)(n), (p)->bias + (o), (p)->multiplier + (o) * (step), \
                    (p)->shift + (o) * (step),                                                     \
                    (mf_output_range){(int8_t)(step), (int8_t)(p)->out_zero_point,                 \
                                      (int8_t)(p)->out_min, (int8_t)(p)->out_max})
#elif defined(__ARM_ARCH_6M__)
#define MF_THUMB_OUTPUTS 1

/* How sums become outputs: as in mf_outputs.h, but for `apart`, which only tells whether multiplier and shift are the
   same for all, where it is 0. */
typedef struct {
  const int32_t *bias;
  const int32_t *multiplier;
  const int8_t *shift;
  int32_t zero_point;
  int32_t low;
  int32_t high;
  int32_t apart;
} mf_outputs;

/* The multiplier of channel r7 in halves: the upper one to r3, which is four times r7 before, the other to r2. */
#define MF_OUTPUTS_MULTIPLIER \
  "ldr r1, [sp]\n"            \
  "ands r3, r1\n"             \
  "ldr r2, [r6, #4]\n"        \
  "ldr r2, [r2, r3]\n"        \
  "lsrs r3, r2, #16\n"        \
  "uxth r2, r2\n"
/* Its shift, to r1. */
#define MF_OUTPUTS_SHIFT \
  "ldr r1, [sp]\n"       \
  "ands r1, r7\n"        \
  "ldr r2, [r6, #8]\n"   \
  "ldrsb r1, [r2, r1]\n"
/* Its sum with the bias, to r0. */
#define MF_OUTPUTS_BIASED \
  "ldm r5!, {r0}\n"       \
  "lsls r3, r7, #2\n"     \
  "ldr r1, [r6]\n"        \
  "ldr r1, [r1, r3]\n"    \
  "adds r0, r1\n"

/* Writes the channels o to o + n of a pixel, from `out` on; n: 1 or more. Sums at r5 up to r12, what is above in r6,
   channels in r7, outputs in lr, and on the stack the mask that makes the channel one of multipliers and shifts.

   Products are made of halves. Of a sum that is not below zero the two in the middle fit one word; after a shift, the
   carry rounds. Others are rounded as in mf_requantise. */
__attribute__((naked)) MF_INNER void mf_outputs_channels_s8(const mf_outputs *t, int32_t o,
                                                            const int32_t *sum, int8_t *out,
                                                            int32_t n) {
  MF_IN_REGISTERS((void)t, (void)o, (void)sum, (void)out, (void)n);
  __asm__ volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "movs r6, r0\n"
      "movs r7, r1\n"
      "movs r5, r2\n"
      "subs r3, r1\n"
      "mov lr, r3\n"
      "ldr r4, [sp, #20]\n"
      "lsls r4, #2\n"
      "adds r4, r2\n"
      "mov r12, r4\n"
      "ldr r4, [r6, #24]\n"
      "rsbs r4, r4, #0\n"
      "asrs r4, #31\n"
      "push {r4}\n"
      "1:\n" MF_OUTPUTS_BIASED "bmi 5f\n" MF_OUTPUTS_MULTIPLIER
      "lsrs r1, r0, #16\n"
      "uxth r0, r0\n"
      "movs r4, r0\n"
      "muls r4, r2\n"
      "lsrs r4, #16\n"
      "muls r0, r3\n"
      "adds r4, r0\n"
      "muls r2, r1\n"
      "adds r4, r2\n"
      "muls r3, r1\n"
      "lsls r3, #1\n"
      "lsrs r4, #15\n"
      "adcs r4, r3\n" MF_OUTPUTS_SHIFT
      "ldr r2, [r6, #12]\n"
      "rsbs r1, r1, #0\n"
      "ble 4f\n"
      "lsrs r4, r1\n"
      "adcs r4, r2\n"
      "2:\n"
      "ldr r0, [r6, #20]\n"
      "cmp r4, r0\n"
      "bgt 8f\n"
      "ldr r0, [r6, #16]\n"
      "cmp r4, r0\n"
      "blt 8f\n"
      "3:\n"
      "mov r1, lr\n"
      "strb r4, [r1, r7]\n"
      "adds r7, #1\n"
      "cmp r5, r12\n"
      "bne 1b\n"
      "pop {r3-r7, pc}\n"
      "4:\n" /* to the left */
      "rsbs r4, r1, #0\n"
      "subs r5, #4\n" MF_OUTPUTS_BIASED
      "movs r1, r4\n"
      "b 6f\n"
      "5:\n" MF_OUTPUTS_SHIFT
      "cmp r1, #0\n"
      "bge 6f\n"
      "ldr r4, [r6, #16]\n"
      "ldr r2, [r6, #12]\n"
      "cmp r4, r2\n"
      "bge 3b\n"
      "b 7f\n"
      "6:\n"
      "lsls r0, r1\n"
      "7:\n" MF_OUTPUTS_MULTIPLIER
      "asrs r1, r0, #16\n"
      "uxth r0, r0\n"
      "movs r4, r0\n"
      "muls r4, r2\n"
      "lsrs r4, #16\n"
      "muls r2, r1\n"
      "adds r4, r2\n"
      "muls r1, r3\n"
      "muls r0, r3\n"
      "uxth r3, r4\n"
      "adds r0, r3\n"
      "asrs r4, #16\n"
      "adds r4, r1\n"
      "lsls r4, #1\n"
      "lsrs r0, #15\n"
      "adcs r4, r0\n" MF_OUTPUTS_SHIFT
      "ldr r2, [r6, #12]\n"
      "rsbs r1, r1, #0\n"
      "ble 9f\n"
      "asrs r3, r4, #31\n"
      "adds r4, r3\n"
      "asrs r4, r1\n"
      "adcs r4, r2\n"
      "b 2b\n"
      "8:\n"
      "movs r4, r0\n"
      "b 3b\n"
      "9:\n"
      "adds r4, r2\n"
      "b 2b\n");
}

/* The outputs o to o + n of as many sums, 1 or more, by the tables of the layer's parameters; `step`: 0 where multiplier
   and shift are the same for all. */
#define MF_LAYER_OUTPUTS_S8(sum, out, o, n, step, p)                                   \
  mf_outputs_channels_s8(                                                              \
      &(const mf_outputs){(p)->bias, (p)->multiplier, (p)->shift, (p)->out_zero_point, \
                          (p)->out_min, (p)->out_max, (step)},                         \
      (int32_t)(o), (sum), (out) + (o), (int32_t)(n))
#else
#define MF_LAYER_OUTPUTS_S8(sum, out, o, n, step, p)                                             \
  for (int i = 0, at = (int)(o); i < (n); i++, at++)                                             \
  (out)[at] =                                                                                    \
      mf_layer_output_s8(mf_wrapping_add((sum)[i], (p)->bias[at]), (p)->multiplier[at * (step)], \
                         (p)->shift[at * (step)], (p)->out_zero_point, (p)->out_min, (p)->out_max)
#endif

/* The same before zero point and clamp. */
MF_KERNEL int32_t mf_layer_scaled(int32_t sum, int32_t multiplier, int32_t shift) {
  return mf_requantise(sum, multiplier, shift);
}

/* The same of a shift to the right, in steps that are alike for all sums: loops of it become vectors. Both roundings
   are those of magnitudes, of which the first takes ties of sums below zero down. `factor` is 2^(31 + shift). */
MF_KERNEL uint32_t mf_layer_factor(int32_t shift) { return (uint32_t)1 << (31 + shift); }

MF_KERNEL int32_t mf_layer_product(int32_t sum, int32_t multiplier, uint32_t factor) {
  const uint32_t below = (uint32_t)(sum >> 31), size = ((uint32_t)sum ^ below) - below;
  const uint64_t half = (uint64_t)1 << 30;
  const uint64_t product = (uint64_t)size * (uint32_t)multiplier + half - (below & 1);
  const uint32_t scaled = (uint32_t)(((uint64_t)(uint32_t)(product >> 31) * factor + half) >> 31);
  return (int32_t)((scaled ^ below) - below);
}

#endif
