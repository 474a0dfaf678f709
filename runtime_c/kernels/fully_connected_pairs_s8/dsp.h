/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_pairs_s8 with Arm's DSP extension: four filters by a column. */
/* Needs mf_acle.h and mf_column.h and mf_dots.h. */
#ifndef MF_FULLY_CONNECTED_PAIRS_S8_DSP_H
#define MF_FULLY_CONNECTED_PAIRS_S8_DSP_H

/* Filters that are computed together: `left` are left. */
MF_KERNEL int32_t mf_fully_connected_pairs_s8_lanes(int32_t left) {
  return left > 3 ? 4 : (left > 1 ? 2 : 1);
}

/* Adds n inputs to the sums of so many filters; returns what follows their weights. Inputs behind the last four are
   copied: there is none to fill them up. */
MF_KERNEL const MF_ROM uint32_t *mf_fully_connected_pairs_s8_sum(const int8_t *in, int32_t n,
                                                                 const MF_ROM uint32_t *w,
                                                                 int32_t lanes, int32_t *twice) {
  int8_t filled[4] MF_ALIGNED(4) = {0, 0, 0, 0};
  const int32_t rest = n & 3, whole = n - rest;
  if (lanes == 1) {
    *twice = mf_wrapping_add(*twice, 2 * mf_dot_s8(in, (const MF_ROM int8_t *)w, (int)n));
    return w;
  }
  if (whole)
    w = lanes == 4 ? mf_column_quad(in, whole, w, twice) : mf_column_pair(in, whole, w, twice);
  if (rest == 0) return w;
  for (int32_t i = 0; i < rest; i++) filled[i] = in[whole + i];
  return lanes == 4 ? mf_column_quad(filled, 4, w, twice) : mf_column_pair(filled, 4, w, twice);
}

/* Writes n outputs from output o on, whose sums are at `twice`. */
MF_KERNEL void mf_fully_connected_pairs_s8_write(
    const int32_t *twice, int32_t o, int32_t n, int8_t *out,
    const MF_ROM mf_fully_connected_pairs_s8_params *p) {
  const int32_t step = p->scale_step, centre = 2 * p->out_zero_point + 1;
  const MF_ROM int32_t *multiplier = p->multiplier + o * step;
  const MF_ROM uint8_t *shift = p->shift + o * step;
  out += o;
  for (int8_t *end = out + n; out != end; multiplier += step, shift += step)
    *out++ = mf_twice_output(*twice++, *multiplier, centre, *shift);
}

MF_ENTRY void mf_fully_connected_pairs_s8(const int8_t *in, int8_t *out,
                                          const MF_ROM mf_fully_connected_pairs_s8_params *p) {
  for (int32_t b = p->batches; b > 0; b--, in += p->in_c, out += p->out_c) {
    const MF_ROM uint32_t *w = p->weights;
    for (int32_t o = 0, lanes; o < p->out_c; o += lanes) {
      int32_t twice[4];
      lanes = mf_fully_connected_pairs_s8_lanes(p->out_c - o);
      for (int32_t i = 0; i < lanes; i++) twice[i] = p->bias[o + i];
      w = mf_fully_connected_pairs_s8_sum(in, p->in_c, w, lanes, twice);
      mf_fully_connected_pairs_s8_write(twice, o, lanes, out, p);
    }
  }
}

MF_ENTRY void mf_fully_connected_pairs_s8_begin(
    int32_t *sums, const MF_ROM mf_fully_connected_pairs_s8_params *p) {
  memcpy(sums, p->bias, (size_t)p->out_c * sizeof *sums);
}

MF_ENTRY void mf_fully_connected_pairs_s8_add(const int8_t *in, int32_t first, int32_t count,
                                              int32_t *sums,
                                              const MF_ROM mf_fully_connected_pairs_s8_params *p) {
  const int32_t blocks = (p->in_c + 3) >> 2, before = first >> 2;
  const MF_ROM uint32_t *w = p->weights;
  for (int32_t o = 0, lanes; o < p->out_c; o += lanes, w += lanes * blocks) {
    lanes = mf_fully_connected_pairs_s8_lanes(p->out_c - o);
    mf_fully_connected_pairs_s8_sum(in, count, w + lanes * before, lanes, sums + o);
  }
}

MF_ENTRY void mf_fully_connected_pairs_s8_end(const int32_t *sums, int8_t *out,
                                              const MF_ROM mf_fully_connected_pairs_s8_params *p) {
  mf_fully_connected_pairs_s8_write(sums, 0, p->out_c, out, p);
}

#endif
