/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_s16 in plain C. */
#ifndef MF_DEPTHWISE_S16_PORTABLE_H
#define MF_DEPTHWISE_S16_PORTABLE_H

/* Counts and offsets within a picture are int, which has 16 bits on 8-bit cores: their memory is no larger. */

/* Sums over a window whose columns all lie inside, at most MF_RUN_S16 of them, for four lanes that read
   inputs `spread` apart. `offset` is that of tap 0 in each row. */
MF_INNER void mf_depthwise_s16_interior(const int16_t *const *rows, int offset, int spread,
                                        const MF_ROM int8_t *w, int64_t *sum,
                                        const MF_ROM mf_depthwise_s16_params *p) {
  const int step = p->dilation_w * (int)p->in_c, out_c = (int)p->out_c;
  for (int i = 0; i < MF_LANES; i++) sum[i] = 0;
  for (const int16_t *const *end = rows + p->kernel_h; rows != end; rows++) {
    const int16_t *x = *rows == NULL ? NULL : *rows + offset;
    const MF_ROM int8_t *weight = w;
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    w += p->kernel_w * out_c;
    if (x == NULL) continue;
    for (; weight != w; x += step, weight += out_c) {
      s0 += (int32_t)x[0] * weight[0];
      s1 += (int32_t)x[spread] * weight[1];
      s2 += (int32_t)x[2 * spread] * weight[2];
      s3 += (int32_t)x[3 * spread] * weight[3];
    }
    sum[0] += s0, sum[1] += s1, sum[2] += s2, sum[3] += s3;
  }
}

/* The same sum for one lane of any window. `x0` is the pixel under tap 0. */
MF_INNER int64_t mf_depthwise_s16_sum(const int16_t *const *rows, int x0, int channel,
                                      const MF_ROM int8_t *w,
                                      const MF_ROM mf_depthwise_s16_params *p) {
  const int in_w = (int)p->in_w, in_c = (int)p->in_c, out_c = (int)p->out_c;
  int64_t sum = 0;
  for (const int16_t *const *end = rows + p->kernel_h; rows != end; rows++) {
    int column = x0;
    for (int k = p->kernel_w; k > 0; k--, column += p->dilation_w, w += out_c)
      if (*rows != NULL && column >= 0 && column < in_w)
        sum += (int32_t)(*rows)[column * in_c + channel] * *w;
  }
  return sum;
}

/* Computes the channels o to o + lanes of the pixel whose tap 0 lies at x0. The first of them reads the
   input's `channel`, the next the same or the next, as `spread` is 0 or 1. */
MF_KERNEL void mf_depthwise_s16_channels(const int16_t *const *rows, int x0, int channel,
                                         int spread, int o, int lanes, int16_t *out,
                                         const MF_ROM mf_depthwise_s16_params *p) {
  const int last = x0 + (p->kernel_w - 1) * p->dilation_w;
  const int inside = x0 >= 0 && last < (int)p->in_w && p->kernel_w <= MF_RUN_S16;
  const MF_ROM int8_t *w = p->weights + o;
  int64_t sum[MF_LANES];
  if (lanes == MF_LANES && inside)
    mf_depthwise_s16_interior(rows, x0 * (int)p->in_c + channel, spread, w, sum, p);
  else
    for (int i = 0; i < lanes; i++)
      sum[i] = mf_depthwise_s16_sum(rows, x0, channel + i * spread, w + i, p);
  for (int i = 0; i < lanes; i++, o++) {
    const int64_t bias = p->bias != NULL ? p->bias[o] : p->wide_bias[o];
    out[o] = mf_output_s16(mf_wrapping_add64(sum[i], bias), p->multiplier[o], p->shift[o], 1, 0,
                           p->out_min, p->out_max);
  }
}

/* Computes the pixel whose tap 0 lies at x0. */
MF_KERNEL void mf_depthwise_s16_pixel(const int16_t *const *rows, int x0, int16_t *out,
                                      const MF_ROM mf_depthwise_s16_params *p) {
  const int out_c = (int)p->out_c, multiplier = (int)p->depth_multiplier;
  const int spread = multiplier == 1;
  const int filters = spread ? out_c : multiplier; /* a run of lanes */
  for (int c = 0, o = 0; o < out_c; c++) {
    const int end = o + filters;
    for (int lanes; o < end; o += lanes) {
      lanes = end - o < MF_LANES ? end - o : MF_LANES;
      mf_depthwise_s16_channels(rows, x0, spread ? o : c, spread, o, lanes, out, p);
    }
  }
}

MF_ENTRY void mf_depthwise_s16_rows(const int16_t *const *rows, int16_t *out, int32_t n,
                                    const MF_ROM mf_depthwise_s16_params *p) {
  const int order = p->order, out_w = (int)p->out_w, out_c = (int)p->out_c;
  int left = (int)n;
  int under = (order > 0 ? 0 : left - 1) * p->kernel_h;
  ptrdiff_t at = (order > 0 ? 0 : (ptrdiff_t)left * out_w - 1) * out_c;
  for (; left > 0; left--, under += order * p->kernel_h) {
    int x0 = (order > 0 ? 0 : out_w - 1) * p->stride_w - p->pad_left;
    for (int x = out_w; x > 0; x--) {
      mf_depthwise_s16_pixel(rows + under, x0, out + at, p);
      x0 += order * p->stride_w;
      at += order * out_c;
    }
  }
}

#endif
