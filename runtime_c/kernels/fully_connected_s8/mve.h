/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_s8 for Arm's MVE: 16 inputs by four outputs. */
/* Needs mf_layer.h. */
#ifndef MF_FULLY_CONNECTED_S8_MVE_H
#define MF_FULLY_CONNECTED_S8_MVE_H

/* What the weights' zero point takes from every sum over n inputs. */
MF_KERNEL int32_t mf_fully_connected_s8_offset(const int8_t *x, int32_t n,
                                               const MF_ROM mf_fully_connected_s8_params *p) {
  int32_t sum = 0;
  if (p->weights_zero_point == 0) return 0;
  for (int32_t i = 0; i < n; i++) sum += x[i];
  return -sum * p->weights_zero_point;
}

/* Adds the products of n inputs, 1 or more, to `sum`. The last vector may be shorter. */
MF_KERNEL int32_t mf_fully_connected_s8_dot(const int8_t *x, const MF_ROM int8_t *w, int32_t n,
                                            int32_t sum) {
  __asm__ volatile(
      "mov r0, %[sum]; dlstp.8 lr, %[n]\n"
      "1: vldrb.u8 q0, [%[x]], #16; vldrb.u8 q1, [%[w]], #16; vmladava.s8 r0, q0, q1\n"
      "letp lr, 1b; mov %[sum], r0\n"
      : [x] "+r"(x), [w] "+r"(w), [sum] "+r"(sum)
      : [n] "r"(n)
      : "r0", "lr", "q0", "q1", "memory");
  return sum;
}

/* The same for four outputs, whose weights lie `step` apart. */
MF_KERNEL void mf_fully_connected_s8_dots(const int8_t *x, const MF_ROM int8_t *w, int32_t step,
                                          int32_t n, int32_t *sums) {
  const MF_ROM int8_t *w1 = w + step, *w2 = w1 + step, *w3 = w2 + step;
  __asm__ volatile(
      "ldm %[sums], {r0, r2, r8, r10}; dlstp.8 lr, %[n]\n"
      "1: vldrb.u8 q0, [%[x]], #16\n"
      "vldrb.u8 q1, [%[w]], #16; vmladava.s8 r0, q1, q0\n"
      "vldrb.u8 q2, [%[w1]], #16; vmladava.s8 r2, q2, q0\n"
      "vldrb.u8 q1, [%[w2]], #16; vmladava.s8 r8, q1, q0\n"
      "vldrb.u8 q2, [%[w3]], #16; vmladava.s8 r10, q2, q0\n"
      "letp lr, 1b; stm %[sums], {r0, r2, r8, r10}\n"
      : [x] "+r"(x), [w] "+r"(w), [w1] "+r"(w1), [w2] "+r"(w2), [w3] "+r"(w3)
      : [n] "r"(n), [sums] "r"(sums)
      : "r0", "r2", "r8", "r10", "lr", "q0", "q1", "q2", "memory");
}

/* Adds n inputs from input `first` on to the sums of the outputs o to o + lanes, four at most. */
MF_INNER void mf_fully_connected_s8_lanes(const int8_t *in, int32_t first, int32_t n, int32_t o,
                                          int32_t lanes, int32_t *sums,
                                          const MF_ROM mf_fully_connected_s8_params *p) {
  const MF_ROM int8_t *w = p->weights + o * p->in_c + first;
  if (lanes == MF_LANES)
    mf_fully_connected_s8_dots(in, w, p->in_c, n, sums);
  else
    for (int32_t i = 0; i < lanes; i++, w += p->in_c)
      sums[i] = mf_fully_connected_s8_dot(in, w, n, sums[i]);
}

/* Writes the outputs o to o + lanes. */
MF_INNER void mf_fully_connected_s8_write(const int32_t *sums, int32_t o, int32_t lanes,
                                          int8_t *out,
                                          const MF_ROM mf_fully_connected_s8_params *p) {
  for (int32_t i = 0; i < lanes; i++, o++) {
    const int32_t s = o * p->scale_step;
    out[o] = mf_layer_output_s8(mf_wrapping_add(sums[i], p->bias[o]), p->multiplier[s], p->shift[s],
                                p->out_zero_point, p->out_min, p->out_max);
  }
}

MF_ENTRY void mf_fully_connected_s8(const int8_t *in, int8_t *out,
                                    const MF_ROM mf_fully_connected_s8_params *p) {
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c, out += p->out_c) {
    const int32_t start = mf_fully_connected_s8_offset(in, p->in_c, p);
    for (int32_t o = 0, lanes; o < p->out_c; o += lanes) {
      int32_t sums[MF_LANES] = {start, start, start, start};
      lanes = mf_lanes(p->out_c - o);
      mf_fully_connected_s8_lanes(in, 0, p->in_c, o, lanes, sums, p);
      mf_fully_connected_s8_write(sums, o, lanes, out, p);
    }
  }
}

MF_ENTRY void mf_fully_connected_s8_begin(int32_t *sums,
                                          const MF_ROM mf_fully_connected_s8_params *p) {
  memset(sums, 0, (size_t)p->out_c * sizeof *sums);
}

MF_ENTRY void mf_fully_connected_s8_add(const int8_t *in, int32_t first, int32_t count,
                                        int32_t *sums,
                                        const MF_ROM mf_fully_connected_s8_params *p) {
  const int32_t offset = mf_fully_connected_s8_offset(in, count, p);
  for (int32_t o = 0, lanes; o < p->out_c; o += lanes) {
    lanes = mf_lanes(p->out_c - o);
    for (int32_t i = 0; i < lanes; i++) sums[o + i] += offset;
    mf_fully_connected_s8_lanes(in, first, count, o, lanes, sums + o, p);
  }
}

MF_ENTRY void mf_fully_connected_s8_end(const int32_t *sums, int8_t *out,
                                        const MF_ROM mf_fully_connected_s8_params *p) {
  mf_fully_connected_s8_write(sums, 0, p->out_c, out, p);
}

#endif
