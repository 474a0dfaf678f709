/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* requantize_s8_s8 for Arm's MVE: four elements at a time. */
/* Needs mf_mve.h. */
#ifndef MF_REQUANTIZE_S8_S8_MVE_H
#define MF_REQUANTIZE_S8_S8_MVE_H

/* Elements whose values shift to the left, or not at all. */
MF_INNER void mf_requantize_s8_s8_singly(const int8_t *in, int8_t *out,
                                         const MF_ROM mf_requantize_s8_s8_params *p) {
  for (int32_t i = 0; i < p->count; i++) {
    const int32_t steps = (int32_t)(in[i] ^ p->in_flip) - p->in_zero_point;
    const int8_t made =
        mf_output_s8(steps, p->multiplier, p->shift, p->out_zero_point, p->out_min, p->out_max);
    out[i] = (int8_t)(made ^ p->out_flip);
  }
}

MF_ENTRY void mf_requantize_s8_s8(const void *in, void *out,
                                  const MF_ROM mf_requantize_s8_s8_params *p) {
  const int8_t *x = (const int8_t *)in;
  int8_t *y = (int8_t *)out;
  const int32x4_t least = mf_mve_words(p->out_min), most = mf_mve_words(p->out_max);
  const int32x4_t in_flip = mf_mve_words(p->in_flip), out_flip = mf_mve_words(p->out_flip);
  if (p->shift >= 0) {
    mf_requantize_s8_s8_singly(x, y, p);
    return;
  }
  __asm__ volatile(
      "dlstp.32 lr, %[n]\n"
      "1: vldrb.s32 q0, [%[x]], #4; veor q0, q0, %q[in_flip]; vsub.i32 q0, q0, %[in_zero]\n" MF_MVE_SCALE(
          "q1", "q0", "%[multiplier]", "%[shift]")
      "vadd.i32 q1, q1, %[zero]; vmax.s32 q1, q1, %q[least]; vmin.s32 q1, q1, %q[most]\n"
      "veor q1, q1, %q[out_flip]; vstrb.32 q1, [%[y]], #4; letp lr, 1b\n"
      : [x] "+l"(x), [y] "+l"(y)
      : [n] "r"(p->count), [in_zero] "r"((int32_t)p->in_zero_point),
        [multiplier] "r"(p->multiplier), [shift] "r"((int32_t)p->shift),
        [zero] "r"((int32_t)p->out_zero_point), [least] "w"(least), [most] "w"(most),
        [in_flip] "w"(in_flip), [out_flip] "w"(out_flip)
      : "lr", "q0", "q1", "memory");
}

#endif
