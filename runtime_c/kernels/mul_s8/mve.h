/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mul_s8 for Arm's MVE: four elements at a time. */
/* Needs mf_broadcast.h and mf_mve.h. */
#ifndef MF_MUL_S8_MVE_H
#define MF_MUL_S8_MVE_H

/* Multiplies n elements where products shift to the right. The last four may be fewer. */
MF_INNER void mf_mul_s8_run(const int8_t *a, const int8_t *b, int8_t *out, int32_t n,
                            const MF_ROM mf_mul_s8_params *p) {
  const int32x4_t least = mf_mve_words(p->out_min), most = mf_mve_words(p->out_max);
  __asm__ volatile(
      "dlstp.32 lr, %[n]\n"
      "1: vldrb.s32 q0, [%[a]], #4; vldrb.s32 q1, [%[b]], #4\n"
      "vsub.i32 q0, q0, %[a_zero]; vsub.i32 q1, q1, %[b_zero]; vmul.i32 q0, q0, q1\n" MF_MVE_SCALE(
          "q1", "q0", "%[multiplier]", "%[shift]")
      "vadd.i32 q1, q1, %[zero]; vmax.s32 q1, q1, %q[least]; vmin.s32 q1, q1, %q[most]\n"
      "vstrb.32 q1, [%[out]], #4; letp lr, 1b\n"
      : [a] "+l"(a), [b] "+l"(b), [out] "+l"(out)
      : [n] "r"(n), [a_zero] "r"((int32_t)p->a_zero_point), [b_zero] "r"((int32_t)p->b_zero_point),
        [multiplier] "r"(p->multiplier), [shift] "r"((int32_t)p->shift),
        [zero] "r"((int32_t)p->out_zero_point), [least] "w"(least), [most] "w"(most)
      : "lr", "q0", "q1", "memory");
}

/* Elements of operands of which one may be repeated, or whose products shift to the left. */
MF_INNER void mf_mul_s8_singly(const int8_t *a, const int8_t *b, int8_t *out,
                               const MF_ROM mf_mul_s8_params *p) {
  for (int32_t i = 0; i < p->count; i++, a += p->a_step, b += p->b_step) {
    const int32_t product = (*a - p->a_zero_point) * (*b - p->b_zero_point);
    *out++ =
        mf_output_s8(product, p->multiplier, p->shift, p->out_zero_point, p->out_min, p->out_max);
  }
}

MF_ENTRY void mf_mul_s8(const int8_t *a, const int8_t *b, int8_t *out,
                        const MF_ROM mf_mul_s8_params *p) {
  const int several = p->a_step == 1 && p->b_step == 1 && p->shift < 0;
  for (int32_t r = 0; r < p->runs; r++, out += p->count) {
    const int8_t *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const int8_t *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    if (several)
      mf_mul_s8_run(x, y, out, p->count, p);
    else
      mf_mul_s8_singly(x, y, out, p);
  }
}

#endif
