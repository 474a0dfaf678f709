/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* add_s8 for Arm's MVE: four elements at a time. */
/* Needs mf_broadcast.h and mf_mve.h. */
#ifndef MF_ADD_S8_MVE_H
#define MF_ADD_S8_MVE_H

/* The operand with the larger scale is halved, exactly; the other is brought to the common scale. The instructions
   below know where the fields lie. */
typedef struct {
  int32_t larger_offset; /* less its zero point, times 2^19 */
  int32_t other_offset;  /* less its zero point, times 2^20; 2^19 where scales are the same */
  int32_t multiplier;    /* of the other, and its shift to the right, negative */
  int32_t shift;
  int32_t out_multiplier; /* of the sum, as before */
  int32_t out_shift;
  int32_t out_zero_point;
  int32_t swapped; /* 1: the other is a */
} mf_add_s8_plan;

/* Defines a function that adds n elements whose `other` operand is scaled by `up` and `SCALED`. The last four may be
   fewer. Registers have names, for compilers that do not optimise would run out of them: r4 on hold the plan. */
#define MF_ADD_S8_RUN(name, up, SCALED)                                                                 \
  MF_INNER void mf_add_s8_##name(const int8_t *larger, const int8_t *other, int8_t *out,                \
                                 int32_t n, const mf_add_s8_plan *plan,                                 \
                                 const MF_ROM mf_add_s8_params *p) {                                    \
    const int32x4_t half = mf_mve_words((int32_t)1 << 19),                                              \
                    whole = mf_mve_words((int32_t)1 << (up));                                           \
    const int32x4_t least = mf_mve_words(p->out_min), most = mf_mve_words(p->out_max);                  \
    register const int8_t *x __asm__("r0") = larger;                                                    \
    register const int8_t *y __asm__("r1") = other;                                                     \
    register int8_t *to __asm__("r2") = out;                                                            \
    register int32_t left __asm__("r3") = n;                                                            \
    register const mf_add_s8_plan *at __asm__("r12") = plan;                                            \
    __asm__ volatile(                                                                                 \
        "ldm r12, {r4, r5, r6, r8, r9, r10, r12}; dlstp.32 lr, r3\n"                                  \
        "1: vldrb.s32 q0, [r0], #4; vldrb.s32 q1, [r1], #4\n"                                         \
        "vmlas.s32 q0, %q[half], r4; vmlas.s32 q1, %q[whole], r5\n"                                   \
        SCALED MF_MVE_SCALE("q1", "q0", "r9", "r10")                                                  \
        "vadd.i32 q1, q1, r12; vmax.s32 q1, q1, %q[least]; vmin.s32 q1, q1, %q[most]\n"               \
        "vstrb.32 q1, [r2], #4; letp lr, 1b\n"                                                        \
        : "+r"(x), "+r"(y), "+r"(to), "+r"(at)                                                        \
        : "r"(left), [half] "w"(half), [whole] "w"(whole), [least] "w"(least), [most] "w"(most)       \
        : "r4", "r5", "r6", "r8", "r9", "r10", "lr", "q0", "q1", "q2", "memory"); \
  }

MF_ADD_S8_RUN(equal, 19, "vadd.i32 q0, q0, q1\n")
MF_ADD_S8_RUN(scaled, 20, MF_MVE_SCALE("q2", "q1", "r6", "r8") "vadd.i32 q0, q0, q2\n")

MF_KERNEL int mf_add_s8_is_half(int32_t multiplier, int32_t shift) {
  return multiplier == (int32_t)1 << 30 && shift == 0;
}

/* Elements of operands of which one may be repeated, or whose scales are unusual. */
MF_INNER void mf_add_s8_singly(const int8_t *a, const int8_t *b, int8_t *out,
                               const MF_ROM mf_add_s8_params *p) {
  for (int32_t i = 0; i < p->count; i++, a += p->a_step, b += p->b_step) {
    const int32_t x = (*a - p->a_zero_point) * ((int32_t)1 << 20);
    const int32_t y = (*b - p->b_zero_point) * ((int32_t)1 << 20);
    const int32_t sum = mf_requantise(x, p->a_multiplier, p->a_shift) +
                        mf_requantise(y, p->b_multiplier, p->b_shift);
    *out++ = mf_output_s8(sum, p->out_multiplier, p->out_shift, p->out_zero_point, p->out_min,
                          p->out_max);
  }
}

/* How runs are added. */
enum { MF_ADD_S8_SINGLY, MF_ADD_S8_EQUAL, MF_ADD_S8_SCALED };

/* Returns how, by a plan that one element at a time does not need. */
MF_KERNEL int mf_add_s8_prepare(mf_add_s8_plan *plan, const MF_ROM mf_add_s8_params *p) {
  const int a_half = mf_add_s8_is_half(p->a_multiplier, p->a_shift);
  const int b_half = mf_add_s8_is_half(p->b_multiplier, p->b_shift);
  const int32_t up = (int32_t)1 << 19;
  plan->swapped = !a_half;
  plan->larger_offset = -(a_half ? p->a_zero_point : p->b_zero_point) * up;
  plan->other_offset = -(a_half ? p->b_zero_point : p->a_zero_point) * up;
  plan->multiplier = a_half ? p->b_multiplier : p->a_multiplier;
  plan->shift = a_half ? p->b_shift : p->a_shift;
  plan->out_multiplier = p->out_multiplier;
  plan->out_shift = p->out_shift;
  plan->out_zero_point = p->out_zero_point;
  if (p->a_step != 1 || p->b_step != 1 || p->out_shift == 0) return MF_ADD_S8_SINGLY;
  if (a_half && b_half) return MF_ADD_S8_EQUAL;
  plan->other_offset *= 2;
  return (a_half || b_half) && plan->shift != 0 ? MF_ADD_S8_SCALED : MF_ADD_S8_SINGLY;
}

MF_ENTRY void mf_add_s8(const int8_t *a, const int8_t *b, int8_t *out,
                        const MF_ROM mf_add_s8_params *p) {
  mf_add_s8_plan plan;
  const int how = mf_add_s8_prepare(&plan, p);
  for (int32_t r = 0; r < p->runs; r++, out += p->count) {
    const int8_t *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const int8_t *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    const int8_t *larger = plan.swapped ? y : x, *other = plan.swapped ? x : y;
    if (how == MF_ADD_S8_SINGLY)
      mf_add_s8_singly(x, y, out, p);
    else if (how == MF_ADD_S8_EQUAL)
      mf_add_s8_equal(larger, other, out, p->count, &plan, p);
    else
      mf_add_s8_scaled(larger, other, out, p->count, &plan, p);
  }
}

#endif
