/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_quads_s8 for Arm's MVE. */
/* Needs mf_mve.h. */
#ifndef MF_FULLY_CONNECTED_QUADS_S8_MVE_H
#define MF_FULLY_CONNECTED_QUADS_S8_MVE_H

/* Adds the products of n inputs, 1 or more, to four sums. The last vector may be shorter. */
MF_KERNEL void mf_fully_connected_quads_s8_sum(const int8_t *x, int32_t n, const MF_ROM int32_t *w,
                                               int32_t *sums) {
  __asm__ volatile(
      "ldm %[sums], {r0, r2, r8, r10}; dlstp.8 lr, %[n]\n"
      "1: vldrb.u8 q0, [%[x]], #16\n"
      "vldrb.u8 q1, [%[w]], #16; vmladava.s8 r0, q1, q0\n"
      "vldrb.u8 q2, [%[w]], #16; vmladava.s8 r2, q2, q0\n"
      "vldrb.u8 q1, [%[w]], #16; vmladava.s8 r8, q1, q0\n"
      "vldrb.u8 q2, [%[w]], #16; vmladava.s8 r10, q2, q0\n"
      "letp lr, 1b\n"
      "stm %[sums], {r0, r2, r8, r10}\n"
      : [x] "+r"(x), [w] "+r"(w)
      : [n] "r"(n), [sums] "r"(sums)
      : "r0", "r2", "r8", "r10", "lr", "q0", "q1", "q2", "memory");
}

/* Writes up to four outputs, whose scales are given. */
MF_KERNEL void mf_fully_connected_quads_s8_write(
    const int32_t *sums, const MF_ROM int32_t *scales, int32_t left, int8_t *out,
    const MF_ROM mf_fully_connected_quads_s8_params *p) {
  const int32x4_t made =
      mf_mve_scaled(vld1q_s32(sums), vld1q_s32(scales + 4), vld1q_s32(scales + 8));
  const int32x4_t least = mf_mve_words(p->out_min), most = mf_mve_words(p->out_max);
  const int32x4_t moved = vaddq_n_s32(made, p->out_zero_point);
  vstrbq_p_s32(out, vminq_s32(vmaxq_s32(moved, least), most), vctp32q((uint32_t)left));
}

MF_ENTRY void mf_fully_connected_quads_s8(const int8_t *in, int8_t *out,
                                          const MF_ROM mf_fully_connected_quads_s8_params *p) {
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c) {
    const MF_ROM int32_t *w = p->stream;
    for (int32_t left = p->out_c; left > 0; left -= 4) {
      const MF_ROM int32_t *scales = w + mf_fully_connected_quads_s8_scales(p);
      const int32_t here = left < 4 ? left : 4;
      int32_t sums[4];
      vst1q_s32(sums, vld1q_s32(scales));
      mf_fully_connected_quads_s8_sum(in, p->in_c, w, sums);
      mf_fully_connected_quads_s8_write(sums, scales, here, out, p);
      w = scales + 12;
      out += here;
    }
  }
}

MF_ENTRY void mf_fully_connected_quads_s8_begin(
    int32_t *sums, const MF_ROM mf_fully_connected_quads_s8_params *p) {
  const MF_ROM int32_t *bias = p->stream + mf_fully_connected_quads_s8_scales(p);
  for (int32_t o = 0; o < p->out_c; o += 4, bias += mf_fully_connected_quads_s8_words(p))
    vst1q_s32(sums + o, vld1q_s32(bias));
}

MF_ENTRY void mf_fully_connected_quads_s8_add(const int8_t *in, int32_t first, int32_t count,
                                              int32_t *sums,
                                              const MF_ROM mf_fully_connected_quads_s8_params *p) {
  const MF_ROM int32_t *w = p->stream + first;
  for (int32_t o = 0; o < p->out_c; o += 4, w += mf_fully_connected_quads_s8_words(p))
    mf_fully_connected_quads_s8_sum(in, count, w, sums + o);
}

MF_ENTRY void mf_fully_connected_quads_s8_end(const int32_t *sums, int8_t *out,
                                              const MF_ROM mf_fully_connected_quads_s8_params *p) {
  const MF_ROM int32_t *scales = p->stream + mf_fully_connected_quads_s8_scales(p);
  for (int32_t o = 0; o < p->out_c; o += 4, scales += mf_fully_connected_quads_s8_words(p))
    mf_fully_connected_quads_s8_write(sums + o, scales, p->out_c - o, out + o, p);
}

#endif
