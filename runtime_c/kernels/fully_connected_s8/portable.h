/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_s8 in plain C. */
#ifndef MF_FULLY_CONNECTED_S8_PORTABLE_H
#define MF_FULLY_CONNECTED_S8_PORTABLE_H

/* What the weights' zero point takes from every sum over n inputs. */
MF_KERNEL int32_t mf_fully_connected_s8_offset(const int8_t *x, int n,
                                               const MF_ROM mf_fully_connected_s8_params *p) {
  int32_t sum = 0;
  if (p->weights_zero_point == 0) return 0;
  for (int i = 0; i < n; i++) sum += x[i];
  return -sum * p->weights_zero_point;
}

/* Adds n inputs from input `first` on to the sums of the outputs o to o + lanes. */
MF_KERNEL void mf_fully_connected_s8_lanes(const int8_t *in, int32_t first, int n, int o, int lanes,
                                           int32_t *sum,
                                           const MF_ROM mf_fully_connected_s8_params *p) {
  const ptrdiff_t in_c = (ptrdiff_t)p->in_c;
  mf_dots_s8(in, p->weights + o * in_c + first, in_c, n, lanes, sum);
}

/* Writes the outputs o to o + lanes. */
MF_KERNEL void mf_fully_connected_s8_write(const int32_t *sum, int o, int lanes, int8_t *out,
                                           const MF_ROM mf_fully_connected_s8_params *p) {
  MF_LAYER_OUTPUTS_S8(sum, out, o, lanes, p->scale_step, p);
}

MF_KERNEL void mf_fully_connected_s8_vector(const int8_t *in, int8_t *out,
                                            const MF_ROM mf_fully_connected_s8_params *p) {
  const int in_c = (int)p->in_c, out_c = (int)p->out_c;
  const int32_t start = mf_fully_connected_s8_offset(in, in_c, p);
  for (int o = 0, lanes; o < out_c; o += lanes) {
    int32_t sum[MF_LANES] = {start, start, start, start};
    lanes = out_c - o < MF_LANES ? out_c - o : MF_LANES;
    mf_fully_connected_s8_lanes(in, 0, in_c, o, lanes, sum, p);
    mf_fully_connected_s8_write(sum, o, lanes, out, p);
  }
}

MF_ENTRY void mf_fully_connected_s8(const int8_t *in, int8_t *out,
                                    const MF_ROM mf_fully_connected_s8_params *p) {
  for (int b = (int)p->batches; b > 0; b--, in += p->in_c, out += p->out_c)
    mf_fully_connected_s8_vector(in, out, p);
}

MF_ENTRY void mf_fully_connected_s8_begin(int32_t *sums,
                                          const MF_ROM mf_fully_connected_s8_params *p) {
  memset(sums, 0, (size_t)p->out_c * sizeof *sums);
}

MF_ENTRY void mf_fully_connected_s8_add(const int8_t *in, int32_t first, int32_t count,
                                        int32_t *sums,
                                        const MF_ROM mf_fully_connected_s8_params *p) {
  const int n = (int)count, out_c = (int)p->out_c;
  const int32_t offset = mf_fully_connected_s8_offset(in, n, p);
  for (int o = 0, lanes; o < out_c; o += lanes) {
    lanes = (int)mf_lanes(out_c - o);
    for (int i = 0; i < lanes; i++) sums[o + i] += offset;
    mf_fully_connected_s8_lanes(in, first, n, o, lanes, sums + o, p);
  }
}

MF_ENTRY void mf_fully_connected_s8_end(const int32_t *sums, int8_t *out,
                                        const MF_ROM mf_fully_connected_s8_params *p) {
  mf_fully_connected_s8_write(sums, 0, (int)p->out_c, out, p);
}

#endif
