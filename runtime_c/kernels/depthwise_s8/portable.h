/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_s8 in plain C. */
#ifndef MF_DEPTHWISE_S8_PORTABLE_H
#define MF_DEPTHWISE_S8_PORTABLE_H

/* Sums over a window whose columns all lie inside, for four lanes that read inputs `spread` apart.
   `offset` is that of tap 0 in each row; a row outside reads the zero point. */
MF_INNER void mf_depthwise_s8_interior(const int8_t *const *rows, int32_t offset, int32_t spread,
                                       const MF_ROM int8_t *w, int32_t *sum,
                                       const MF_ROM mf_depthwise_s8_params *p) {
  const int8_t zero = (int8_t)p->in_zero_point;
  const int8_t outside[MF_LANES] = {zero, zero, zero, zero};
  const int32_t step = p->dilation_w * p->in_c, out_c = p->out_c;
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (const int8_t *const *end = rows + p->kernel_h; rows != end; rows++) {
    const int8_t *x = *rows == NULL ? outside : *rows + offset;
    const int32_t advance = *rows == NULL ? 0 : step;
    for (int32_t k = p->kernel_w; k > 0; k--, x += advance, w += out_c) {
      s0 += x[0] * w[0];
      s1 += x[spread] * w[1];
      s2 += x[2 * spread] * w[2];
      s3 += x[3 * spread] * w[3];
    }
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
}

/* The same sum for one lane of any window. `x0` is the pixel under tap 0. */
MF_INNER int32_t mf_depthwise_s8_sum(const int8_t *const *rows, int32_t x0, int32_t channel,
                                     const MF_ROM int8_t *w,
                                     const MF_ROM mf_depthwise_s8_params *p) {
  int32_t sum = 0;
  for (const int8_t *const *end = rows + p->kernel_h; rows != end; rows++) {
    int32_t column = x0;
    for (int32_t k = p->kernel_w; k > 0; k--, column += p->dilation_w, w += p->out_c) {
      const int inside = *rows != NULL && column >= 0 && column < p->in_w;
      sum += (inside ? (*rows)[column * p->in_c + channel] : p->in_zero_point) * *w;
    }
  }
  return sum;
}

/* Writes the channels o to o + lanes of a pixel. */
MF_KERNEL void mf_depthwise_s8_write(const int32_t *sum, int32_t o, int32_t lanes, int8_t *out,
                                     const MF_ROM mf_depthwise_s8_params *p) {
  for (int32_t i = 0; i < lanes; i++, o++)
    out[o] = mf_output_s8(mf_wrapping_add(sum[i], p->bias[o]), p->multiplier[o], p->shift[o],
                          p->out_zero_point, p->out_min, p->out_max);
}

/* Computes the channels o to o + lanes of the pixel whose tap 0 lies at x0. The first of them reads the
   input's `channel`, the next the same or the next, as `spread` is 0 or 1. */
MF_KERNEL void mf_depthwise_s8_channels(const int8_t *const *rows, int32_t x0, int32_t channel,
                                        int32_t spread, int32_t o, int32_t lanes, int8_t *out,
                                        const MF_ROM mf_depthwise_s8_params *p) {
  const int32_t last = x0 + (int32_t)(p->kernel_w - 1) * p->dilation_w;
  const MF_ROM int8_t *w = p->weights + o;
  int32_t sum[MF_LANES];
  if (lanes == MF_LANES && x0 >= 0 && last < p->in_w)
    mf_depthwise_s8_interior(rows, x0 * p->in_c + channel, spread, w, sum, p);
  else
    for (int32_t i = 0; i < lanes; i++)
      sum[i] = mf_depthwise_s8_sum(rows, x0, channel + i * spread, w + i, p);
  mf_depthwise_s8_write(sum, o, lanes, out, p);
}

/* Computes the pixel whose tap 0 lies at x0. */
MF_KERNEL void mf_depthwise_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                     const MF_ROM mf_depthwise_s8_params *p) {
  const int32_t spread = p->depth_multiplier == 1;
  const int32_t filters = spread ? p->out_c : p->depth_multiplier; /* a run of lanes */
  for (int32_t c = 0, o = 0; o < p->out_c; c++) {
    const int32_t end = o + filters;
    for (int32_t lanes; o < end; o += lanes) {
      lanes = mf_lanes(end - o);
      mf_depthwise_s8_channels(rows, x0, spread ? o : c, spread, o, lanes, out, p);
    }
  }
}

MF_ENTRY void mf_depthwise_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                   const MF_ROM mf_depthwise_s8_params *p) {
  const int32_t order = p->order;
  int32_t under = mf_first(n, order) * p->kernel_h, at = mf_first(n * p->out_w, order) * p->out_c;
  for (; n > 0; n--, under += order * p->kernel_h) {
    int32_t x0 = mf_first(p->out_w, order) * p->stride_w - p->pad_left;
    for (int32_t left = p->out_w; left > 0; left--) {
      mf_depthwise_s8_pixel(rows + under, x0, out + at, p);
      x0 += order * p->stride_w;
      at += order * p->out_c;
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
  mf_depthwise_s8_write(sums, 0, p->out_c, out, p);
}

#endif
