/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_s8 for computers with vector registers: the inputs as int16, strips of outputs. */
/* Needs mf_layer.h and mf_vectors.h. */
#ifndef MF_FULLY_CONNECTED_S8_HOST_H
#define MF_FULLY_CONNECTED_S8_HOST_H

/* Inputs from which on it pays to lay them down. */
#define MF_FULLY_CONNECTED_S8_MANY 64

/* Adds n inputs, those from input `first` on, to the sums of a strip of outputs from output o on. */
MF_INNER void mf_fully_connected_s8_strip(const int8_t *in, int32_t first, int n, int o,
                                          int32_t *sums,
                                          const MF_ROM mf_fully_connected_s8_params *p) {
  int16_t wide[MF_WINDOW];
  const int outputs = mf_strip((int)p->out_c - o);
  for (int count; n > 0; n -= count, in += count, first += count) {
    const MF_ROM int8_t *w = p->weights + (ptrdiff_t)o * p->in_c + first;
    int32_t offset = 0;
    count = n < MF_WINDOW ? n : MF_WINDOW;
    mf_widen_s8(wide, in, count);
    if (p->weights_zero_point != 0) offset = mf_sum_bytes(in, count) * p->weights_zero_point;
    for (int i = 0; i < outputs; i++, w += p->in_c) sums[i] += mf_dot_wide(wide, w, count) - offset;
  }
}

/* All outputs of a few inputs; the weights' zero point is 0. */
MF_KERNEL void mf_fully_connected_s8_few(const int8_t *in, int8_t *out,
                                         const MF_ROM mf_fully_connected_s8_params *p) {
  const int out_c = (int)p->out_c;
  for (int o = 0; o < out_c; o += MF_LANES) {
    const MF_ROM int8_t *w = p->weights + (ptrdiff_t)o * p->in_c;
    const int lanes = (int)mf_lanes(out_c - o);
    int32_t sum[MF_LANES] = {0};
    mf_dots_s8(in, w, (ptrdiff_t)p->in_c, (int)p->in_c, lanes, sum);
    for (int i = 0; i < lanes; i++) {
      const int s = (o + i) * p->scale_step;
      out[o + i] = mf_layer_output_s8(mf_wrapping_add(sum[i], p->bias[o + i]), p->multiplier[s],
                                      p->shift[s], p->out_zero_point, p->out_min, p->out_max);
    }
  }
}

MF_KERNEL void mf_fully_connected_s8_outputs(mf_outputs *how,
                                             const MF_ROM mf_fully_connected_s8_params *p) {
  how->bias = p->bias;
  how->multiplier = p->multiplier;
  how->shift = p->shift;
  how->step = p->scale_step;
  how->zero_point = p->out_zero_point;
  how->low = p->out_min;
  how->high = p->out_max;
  how->factors = 0;
}

MF_ENTRY void mf_fully_connected_s8(const int8_t *in, int8_t *out,
                                    const MF_ROM mf_fully_connected_s8_params *p) {
  const int out_c = (int)p->out_c;
  mf_outputs how;
  const int few = p->in_c < MF_FULLY_CONNECTED_S8_MANY && p->weights_zero_point == 0;
  mf_fully_connected_s8_outputs(&how, p);
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c, out += out_c) {
    if (few) mf_fully_connected_s8_few(in, out, p);
    for (int o = 0; o < out_c && !few; o += MF_STRIP) {
      int32_t sums[MF_STRIP] = {0};
      mf_fully_connected_s8_strip(in, 0, (int)p->in_c, o, sums, p);
      mf_write_strip(sums, mf_strip(out_c - o), o, &how, out + o);
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
  for (int o = 0; o < (int)p->out_c; o += MF_STRIP)
    mf_fully_connected_s8_strip(in, first, (int)count, o, sums + o, p);
}

MF_ENTRY void mf_fully_connected_s8_end(const int32_t *sums, int8_t *out,
                                        const MF_ROM mf_fully_connected_s8_params *p) {
  mf_outputs how;
  mf_fully_connected_s8_outputs(&how, p);
  mf_write_outputs(sums, (int)p->out_c, &how, out);
}

#endif
