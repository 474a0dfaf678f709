/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_s8 for cores with eight registers for all and some for sums: taps are found once for many channels, inside
   the picture and beyond its edges alike; several filters of a channel read a window that is staged. */
/* Needs mf_channelwise.h and mf_outputs.h and mf_tile.h. */
#ifndef MF_DEPTHWISE_S8_THUMB_H
#define MF_DEPTHWISE_S8_THUMB_H

MF_KERNEL mf_outputs mf_depthwise_s8_outputs(const MF_ROM mf_depthwise_s8_params *p) {
  const mf_outputs made = {p->bias,    p->multiplier, p->shift, p->out_zero_point,
                           p->out_min, p->out_max,    p->out_c};
  return made;
}

/* Channels that are computed together; fewer of windows with many taps. All that they read, they read before they are
   written. */
#define MF_DEPTHWISE_S8_RUN   32
#define MF_DEPTHWISE_S8_FEWER 8

/* The largest window of a channel that is staged: so that the stack is no deeper than for one filter a channel. */
#define MF_DEPTHWISE_S8_STAGE 208

/* ---- One filter a channel ---- */

/* Points at channel c of taps `tap` to tap + count of the window whose tap 0 lies at x0: at `zeros` where outside. */
MF_INNER void mf_depthwise_s8_point(const int8_t *const *rows, int32_t x0, int32_t c, int32_t tap,
                                    int32_t count, const int8_t *zeros, const int8_t **x,
                                    const MF_ROM mf_depthwise_s8_params *p) {
  const int32_t taps = p->kernel_w, dilation = p->dilation_w, width = p->in_w, channels = p->in_c;
  int32_t k = tap;
  for (; k >= taps; k -= taps) rows++;
  for (int32_t at = x0 + k * dilation; count > 0; rows++, at = x0, k = 0) {
    const int8_t *row = *rows == NULL ? NULL : *rows + at * channels + c;
    for (; k < taps && count > 0; k++, count--, at += dilation) {
      *x++ = row != NULL && (uint32_t)at < (uint32_t)width ? row : zeros;
      if (row != NULL) row += dilation * channels;
    }
  }
}

/* Computes the pixel whose tap 0 lies at x0. `zeros` is a run of zero points. */
MF_INNER void mf_depthwise_s8_single(const int8_t *const *rows, int32_t x0, const int8_t *zeros,
                                     int8_t *out, const MF_ROM mf_depthwise_s8_params *p) {
  const mf_outputs outputs = mf_depthwise_s8_outputs(p);
  const int32_t channels = p->in_c, taps = p->kernel_h * p->kernel_w;
  const int32_t most = taps > MF_POINTED ? MF_DEPTHWISE_S8_FEWER : MF_DEPTHWISE_S8_RUN;
  for (int32_t c = 0, n; c < channels; c += n) {
    const MF_ROM int8_t *w = p->weights + c;
    int32_t sum[MF_DEPTHWISE_S8_RUN], more[MF_DEPTHWISE_S8_FEWER];
    n = channels - c < most ? channels - c : most;
    for (int32_t tap = 0, count; tap < taps; tap += count, w += count * channels) {
      const int8_t *x[MF_POINTED];
      count = taps - tap < MF_POINTED ? taps - tap : MF_POINTED;
      mf_depthwise_s8_point(rows, x0, c, tap, count, zeros, x + MF_POINTED - count, p);
      mf_pointed_s8(x, count, w, channels, n, tap == 0 ? sum : more);
      if (tap > 0)
        for (int32_t i = 0; i < n; i++) sum[i] += more[i];
    }
    mf_outputs_channels_s8(&outputs, c, sum, out + c, n);
  }
}

/* ---- Several filters of a channel ---- */

/* Copies a channel of the window whose tap 0 lies at x0, zero points where it is outside. */
MF_INNER void mf_depthwise_s8_lay(const int8_t *const *rows, int32_t x0, int32_t c, int8_t *to,
                                  const MF_ROM mf_depthwise_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  const int32_t apart = p->dilation_w * p->in_c, taps = p->kernel_w;
  const int32_t offset = x0 * p->in_c + inside.first * apart + c;
  const int8_t zero = p->in_zero_point;
  for (int32_t k = p->kernel_h; k > 0; k--, rows++, to += taps) {
    int32_t i = 0;
    if (*rows != NULL) {
      const int8_t *x = *rows + offset;
      for (; i < inside.first; i++) to[i] = zero;
      if (apart == 1) {
        mf_copy_few(to + i, x, inside.end - i);
        i = inside.end;
      }
      for (; i < inside.end; i++, x += apart) to[i] = *x;
    }
    for (; i < taps; i++) to[i] = zero;
  }
}

/* The sum of one filter over the window whose tap 0 lies at x0. */
MF_INNER int32_t mf_depthwise_s8_lone(const int8_t *const *rows, int32_t x0, int32_t channel,
                                      const MF_ROM int8_t *w,
                                      const MF_ROM mf_depthwise_s8_params *p) {
  int32_t sum = 0;
  for (const int8_t *const *end = rows + p->kernel_h; rows != end; rows++)
    for (int32_t k = p->kernel_w, at = x0; k > 0; k--, at += p->dilation_w, w += p->out_c) {
      const int in = *rows != NULL && at >= 0 && at < p->in_w;
      sum += (in ? (*rows)[at * p->in_c + channel] : p->in_zero_point) * *w;
    }
  return sum;
}

/* Computes the pixel whose tap 0 lies at x0. */
MF_INNER void mf_depthwise_s8_several(const int8_t *const *rows, int32_t x0, int8_t *out,
                                      const MF_ROM mf_depthwise_s8_params *p) {
  const mf_outputs outputs = mf_depthwise_s8_outputs(p);
  const int32_t out_c = p->out_c, size = p->kernel_h * p->kernel_w;
  const int staged = size <= MF_DEPTHWISE_S8_STAGE;
  for (int32_t c = 0, o = 0; c < p->in_c; c++) {
    int8_t stage[MF_DEPTHWISE_S8_STAGE];
    if (staged) mf_depthwise_s8_lay(rows, x0, c, stage, p);
    for (int32_t end = o + p->depth_multiplier, n; o < end; o += n) {
      int32_t sum[MF_LANES];
      n = staged && end - o >= MF_LANES ? MF_LANES : 1;
      if (n == MF_LANES)
        mf_beside_s8(stage, p->weights + o, (ptrdiff_t)out_c, (int)size, sum);
      else
        sum[0] = mf_depthwise_s8_lone(rows, x0, c, p->weights + o, p);
      mf_outputs_channels_s8(&outputs, o, sum, out + o, n);
    }
  }
}

/* ---- Rows, pieces ---- */

MF_ENTRY void mf_depthwise_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                   const MF_ROM mf_depthwise_s8_params *p) {
  const int32_t order = p->order, out_w = p->out_w;
  int8_t zeros[MF_DEPTHWISE_S8_RUN];
  memset(zeros, p->in_zero_point, sizeof zeros);
  for (int32_t y = mf_first(n, order); mf_within(y, n); y += order)
    for (int32_t x = mf_first(out_w, order); mf_within(x, out_w); x += order) {
      const int8_t *const *const under = rows + y * p->kernel_h;
      const int32_t x0 = x * p->stride_w - p->pad_left;
      int8_t *const to = out + (y * out_w + x) * p->out_c;
      if (p->depth_multiplier == 1)
        mf_depthwise_s8_single(under, x0, zeros, to, p);
      else
        mf_depthwise_s8_several(under, x0, to, p);
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
  const mf_outputs outputs = mf_depthwise_s8_outputs(p);
  mf_outputs_channels_s8(&outputs, 0, sums, out, p->out_c);
}

#endif
