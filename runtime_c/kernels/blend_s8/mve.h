/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* blend_s8 for Arm's MVE: four elements at a time. */
#ifndef MF_BLEND_S8_MVE_H
#define MF_BLEND_S8_MVE_H

/* A doubled product's high word, rounded, is the product of an element times 2^23. (VQSHRN would shift and narrow, but
   GNU as 2.40 encodes VQRSHRN for it.) */
MF_ENTRY void mf_blend_s8(const int8_t *a, const int8_t *b, int8_t *out,
                          const MF_ROM mf_blend_s8_params *p) {
  __asm__ volatile(
      "dlstp.32 lr, %[n]\n"
      "1: vldrb.s32 q0, [%[a]], #4; vldrb.s32 q1, [%[b]], #4\n"
      "vshl.i32 q0, q0, #23; vshl.i32 q1, q1, #23; vqrdmulh.s32 q0, q0, %[a_factor]\n"
      "vadd.i32 q0, q0, %[offset]; vqrdmlah.s32 q0, q1, %[b_factor]\n"
      "vshr.s32 q0, q0, #21; vqmovnb.s32 q0, q0; vqmovnb.s16 q0, q0\n"
      "vstrb.32 q0, [%[out]], #4\n"
      "letp lr, 1b\n"
      : [a] "+l"(a), [b] "+l"(b), [out] "+l"(out)
      : [n] "r"(p->count), [a_factor] "r"(p->a_factor), [b_factor] "r"(p->b_factor),
        [offset] "r"(p->offset)
      : "lr", "q0", "q1", "memory");
}

#endif
