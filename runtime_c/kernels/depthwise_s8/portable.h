/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_s8 in plain C. */
/* Needs mf_window.h. */
#ifndef MF_DEPTHWISE_S8_PORTABLE_H
#define MF_DEPTHWISE_S8_PORTABLE_H

/* Counts and offsets within a picture are int, which has 16 bits on 8-bit cores: their memory is no larger. */

/* Sums over a window whose columns all lie inside, for four lanes that read inputs `spread` apart.
   `offset` is that of tap 0 in each row; a row outside reads the zero point. */
MF_INNER void mf_depthwise_s8_interior(const int8_t *const *rows, int offset, int spread,
                                       const MF_ROM int8_t *w, int32_t *sum,
                                       const MF_ROM mf_depthwise_s8_params *p) {
  mf_window4_s8(rows, p->kernel_h, offset, p->dilation_w * (int)p->in_c, spread, p->in_zero_point,
                w, (int)p->out_c, p->kernel_w, sum);
}

/* The same sum for one lane of any window. `x0` is the pixel under tap 0. */
MF_INNER int32_t mf_depthwise_s8_sum(const int8_t *const *rows, int x0, int channel,
                                     const MF_ROM int8_t *w,
                                     const MF_ROM mf_depthwise_s8_params *p) {
  const int in_w = (int)p->in_w, in_c = (int)p->in_c, out_c = (int)p->out_c;
  int32_t sum = 0;
  for (const int8_t *const *end = rows + p->kernel_h; rows != end; rows++) {
    int column = x0;
    for (int k = p->kernel_w; k > 0; k--, column += p->dilation_w, w += out_c) {
      const int inside = *rows != NULL && column >= 0 && column < in_w;
      sum += (inside ? (*rows)[column * in_c + channel] : p->in_zero_point) * *w;
    }
  }
  return sum;
}

/* Writes the channels o to o + lanes of a pixel. */
MF_KERNEL void mf_depthwise_s8_write(const int32_t *sum, int o, int lanes, int8_t *out,
                                     const MF_ROM mf_depthwise_s8_params *p) {
  MF_LAYER_OUTPUTS_S8(sum, out, o, lanes, 1, p);
}

/* Computes the channels o to o + lanes of the pixel whose tap 0 lies at x0. The first of them reads the
   input's `channel`, the next the same or the next, as `spread` is 0 or 1. */
MF_KERNEL void mf_depthwise_s8_channels(const int8_t *const *rows, int x0, int channel, int spread,
                                        int o, int lanes, int8_t *out,
                                        const MF_ROM mf_depthwise_s8_params *p) {
  const int last = x0 + (p->kernel_w - 1) * p->dilation_w;
  const MF_ROM int8_t *w = p->weights + o;
  int32_t sum[MF_LANES];
  if (lanes == MF_LANES && x0 >= 0 && last < (int)p->in_w)
    mf_depthwise_s8_interior(rows, x0 * (int)p->in_c + channel, spread, w, sum, p);
  else
    for (int i = 0; i < lanes; i++)
      sum[i] = mf_depthwise_s8_sum(rows, x0, channel + i * spread, w + i, p);
  mf_depthwise_s8_write(sum, o, lanes, out, p);
}

/* Computes the pixel whose tap 0 lies at x0. */
MF_KERNEL void mf_depthwise_s8_pixel(const int8_t *const *rows, int x0, int8_t *out,
                                     const MF_ROM mf_depthwise_s8_params *p) {
  const int out_c = (int)p->out_c, multiplier = (int)p->depth_multiplier;
  const int spread = multiplier == 1;
  const int filters = spread ? out_c : multiplier; /* a run of lanes */
  for (int c = 0, o = 0; o < out_c; c++) {
    const int end = o + filters;
    for (int lanes; o < end; o += lanes) {
      lanes = end - o < MF_LANES ? end - o : MF_LANES;
      mf_depthwise_s8_channels(rows, x0, spread ? o : c, spread, o, lanes, out, p);
    }
  }
}

MF_ENTRY void mf_depthwise_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                   const MF_ROM mf_depthwise_s8_params *p) {
  const int order = p->order, out_w = (int)p->out_w, out_c = (int)p->out_c;
  int left = (int)n;
  int under = (order > 0 ? 0 : left - 1) * p->kernel_h;
  ptrdiff_t at = (order > 0 ? 0 : (ptrdiff_t)left * out_w - 1) * out_c;
  for (; left > 0; left--, under += order * p->kernel_h) {
    int x0 = (order > 0 ? 0 : out_w - 1) * p->stride_w - p->pad_left;
    for (int x = out_w; x > 0; x--) {
      mf_depthwise_s8_pixel(rows + under, x0, out + at, p);
      x0 += order * p->stride_w;
      at += order * out_c;
    }
  }
}

MF_ENTRY void mf_depthwise_s8_begin(int32_t *sums, const MF_ROM mf_depthwise_s8_params *p) {
  memset(sums, 0, (size_t)p->out_c * sizeof *sums);
}

MF_ENTRY void mf_depthwise_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                                  const MF_ROM mf_depthwise_s8_params *p) {
  const MF_ROM int8_t *w = p->weights + (ptrdiff_t)first * p->depth_multiplier;
  for (const int8_t *end = in + count; in != end;)
    for (int32_t o = 0; o < p->out_c; in++)
      for (int32_t i = p->depth_multiplier; i > 0; i--) sums[o++] += *in * *w++;
}

MF_ENTRY void mf_depthwise_s8_end(const int32_t *sums, int8_t *out,
                                  const MF_ROM mf_depthwise_s8_params *p) {
  mf_depthwise_s8_write(sums, 0, (int)p->out_c, out, p);
}

#endif
