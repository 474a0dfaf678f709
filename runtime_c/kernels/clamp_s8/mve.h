/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* clamp_s8 for Arm's MVE: eight elements at a time. */
/* Needs mf_mve.h. */
#ifndef MF_CLAMP_S8_MVE_H
#define MF_CLAMP_S8_MVE_H

MF_ENTRY void mf_clamp_s8(const void *in, void *out, const MF_ROM mf_clamp_s8_params *p) {
  const int8_t *x = (const int8_t *)in;
  int8_t *y = (int8_t *)out;
  const int16x8_t least = mf_mve_halves(p->out_min), most = mf_mve_halves(p->out_max);
  const int16x8_t in_flip = mf_mve_halves(p->in_flip), out_flip = mf_mve_halves(p->out_flip);
  __asm__ volatile(
      "dlstp.16 lr, %[n]\n"
      "1: vldrb.s16 q0, [%[x]], #8; veor q0, q0, %q[in_flip]; vadd.i16 q0, q0, %[offset]\n"
      "vmax.s16 q0, q0, %q[least]; vmin.s16 q0, q0, %q[most]; veor q0, q0, %q[out_flip]\n"
      "vstrb.16 q0, [%[y]], #8; letp lr, 1b\n"
      : [x] "+l"(x), [y] "+l"(y)
      : [n] "r"(p->count), [offset] "r"((int32_t)p->offset), [least] "w"(least), [most] "w"(most),
        [in_flip] "w"(in_flip), [out_flip] "w"(out_flip)
      : "lr", "q0", "memory");
}

#endif
