/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_s8 for cores of 32 bits: windows of 3x3 without a loop over taps, eight filters of a channel at once. */
/* Needs mf_channelwise.h and mf_outputs.h and mf_tile.h and mf_window.h. */
#ifndef MF_DEPTHWISE_S8_BLOCKED_H
#define MF_DEPTHWISE_S8_BLOCKED_H

MF_KERNEL mf_outputs mf_depthwise_s8_outputs(const MF_ROM mf_depthwise_s8_params *p) {
  const mf_outputs made = {p->bias,    p->multiplier, p->shift, p->out_zero_point,
                           p->out_min, p->out_max,    p->out_c};
  return made;
}

/* ---- Windows of 3x3 ---- */

/* Channels that are computed together, where windows are laid and in their places. All that they read, they read
   before they are written. */
#define MF_DEPTHWISE_S8_RUN   MF_NINES
#define MF_DEPTHWISE_S8_PLACE 64

/* Copies channels c to c + n of the window whose tap 0 lies at x0, zero points where it is outside. */
MF_INNER void mf_depthwise_s8_lay(const int8_t *const *rows, int32_t x0, int32_t c, int32_t n,
                                  int8_t *to, const MF_ROM mf_depthwise_s8_params *p) {
  const uint32_t zero = (uint8_t)p->in_zero_point * 0x01010101u, width = (uint32_t)p->in_w;
  const uint32_t zeros[MF_DEPTHWISE_S8_RUN / 4] = {zero, zero, zero, zero};
  const int32_t in_c = p->in_c, offset = x0 * in_c + c;
  for (int k = 0; k < 3; k++) {
    const int8_t *row = rows[k];
    int32_t at = offset;
    for (uint32_t x = (uint32_t)x0, end = x + 3; x != end; x++, at += in_c, to += n) {
      const int8_t *from = row != NULL && x < width ? row + at : (const int8_t *)zeros;
      if (n == MF_DEPTHWISE_S8_RUN) /* a constant count needs no call */
        memcpy(to, from, MF_DEPTHWISE_S8_RUN);
      else
        memcpy(to, from, (size_t)n);
    }
  }
}

/* Computes the pixel whose tap 0 lies at x0, of any window. */
MF_INNER void mf_depthwise_s8_laid(const int8_t *const *rows, int32_t x0, int8_t *out,
                                   const MF_ROM mf_depthwise_s8_params *p) {
  const mf_outputs outputs = mf_depthwise_s8_outputs(p);
  const int32_t channels = p->in_c;
  for (int32_t c = 0, n; c < channels; c += n) {
    int8_t stage[9 * MF_DEPTHWISE_S8_RUN];
    int32_t sum[MF_DEPTHWISE_S8_RUN];
    n = channels - c < MF_DEPTHWISE_S8_RUN ? channels - c : MF_DEPTHWISE_S8_RUN;
    const int8_t *const x[3] = {stage, stage + 3 * n, stage + 6 * n};
    mf_depthwise_s8_lay(rows, x0, c, n, stage, p);
    mf_nine_s8(x, n, p->weights + c, channels, (int)n, sum);
    mf_outputs_channels_s8(&outputs, c, sum, out + c, n);
  }
}

/* Computes the pixel whose tap 0 lies at x0, and whose window lacks no row, and one column at most. */
MF_INNER void mf_depthwise_s8_placed(const int8_t *const *rows, int32_t x0, int8_t *out,
                                     const MF_ROM mf_depthwise_s8_params *p) {
  const mf_outputs outputs = mf_depthwise_s8_outputs(p);
  const int32_t channels = p->in_c, first = x0 < 0 ? channels : 0;
  const int32_t offset = x0 * channels + first;
  for (int32_t c = 0, n; c < channels; c += n) {
    int32_t sum[MF_DEPTHWISE_S8_PLACE];
    const MF_ROM int8_t *const w = p->weights + first + c;
    const int8_t *x[3];
    n = channels - c < MF_DEPTHWISE_S8_PLACE ? channels - c : MF_DEPTHWISE_S8_PLACE;
    for (int k = 0; k < 3; k++) x[k] = rows[k] + offset + c;
    if (x0 >= 0 && x0 + 3 <= p->in_w)
      mf_nine_s8(x, channels, w, channels, (int)n, sum);
    else
      mf_six_s8(x, channels, w, (int)n, sum, p->in_zero_point, x0 < 0 ? -channels : 2 * channels);
    mf_outputs_channels_s8(&outputs, c, sum, out + c, n);
  }
}

/* Computes the pixel whose tap 0 lies at x0. */
MF_INNER void mf_depthwise_s8_nine(const int8_t *const *rows, int32_t x0, int8_t *out,
                                   const MF_ROM mf_depthwise_s8_params *p) {
  const int whole = rows[0] != NULL && rows[1] != NULL && rows[2] != NULL;
  if (whole && x0 >= -1 && x0 + 2 <= p->in_w && p->in_w > 1)
    mf_depthwise_s8_placed(rows, x0, out, p);
  else
    mf_depthwise_s8_laid(rows, x0, out, p);
}

/* The most channels of two pixels that are computed together. */
#define MF_DEPTHWISE_S8_LATE 256

/* Computes the pixel whose tap 0 lies at x0, and the one beside it, where both windows are inside. Outputs of the one
   that comes later are kept back until all is read. */
MF_INNER void mf_depthwise_s8_nines(const int8_t *const *rows, int32_t x0, int8_t *out,
                                    const MF_ROM mf_depthwise_s8_params *p) {
  const mf_outputs outputs = mf_depthwise_s8_outputs(p);
  const int32_t channels = p->in_c, offset = x0 * channels;
  int8_t late[MF_DEPTHWISE_S8_LATE];
  int8_t *const first = p->order > 0 ? out : late, *const second =
                                                       p->order > 0 ? late : out + channels;
  for (int32_t c = 0, n; c < channels; c += n) {
    int32_t sum[2 * MF_NINES];
    const int8_t *x[3];
    n = channels - c < MF_NINES ? channels - c : MF_NINES;
    for (int k = 0; k < 3; k++) x[k] = rows[k] + offset + c;
    mf_nines_s8(x, channels, p->weights + c, (int)n, sum);
    mf_outputs_channels_s8(&outputs, c, sum, first + c, n);
    mf_outputs_channels_s8(&outputs, c, sum + MF_NINES, second + c, n);
  }
  memcpy(p->order > 0 ? out + channels : out, late, (size_t)channels);
}

/* ---- Several filters of a channel ---- */

/* The largest window of a channel that is staged. */
#define MF_DEPTHWISE_S8_STAGE MF_TWOS

/* Copies a channel of the window whose tap 0 lies at x0, zero points where it is outside. */
MF_INNER void mf_depthwise_s8_lay_channel(const int8_t *const *rows, int32_t x0, int32_t c,
                                          int8_t *to, const MF_ROM mf_depthwise_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  const int32_t apart = p->dilation_w * p->in_c, taps = p->kernel_w;
  const int32_t offset = x0 * p->in_c + inside.first * apart + c;
  const int8_t zero = p->in_zero_point;
  const int run = apart == 1 && inside.end - inside.first == taps;
  for (int32_t k = p->kernel_h; k > 0; k--, rows++, to += taps) {
    int32_t i = 0;
    if (*rows != NULL && run) {
      mf_copy_few(to, *rows + offset, taps);
      continue;
    }
    if (*rows != NULL) {
      const int8_t *x = *rows + offset;
      for (; i < inside.first; i++) to[i] = zero;
      for (; i < inside.end; i++, x += apart) to[i] = *x;
    }
    for (; i < taps; i++) to[i] = zero;
  }
}

/* Computes the pixel whose tap 0 lies at x0 and whose window fits the stage. */
MF_INNER void mf_depthwise_s8_eights(const int8_t *const *rows, int32_t x0, int8_t *out,
                                     const MF_ROM mf_depthwise_s8_params *p) {
  const mf_outputs outputs = mf_depthwise_s8_outputs(p);
  const int32_t filters = p->depth_multiplier, out_c = p->out_c, size = p->kernel_h * p->kernel_w;
  for (int32_t c = 0, o = 0; c < p->in_c; c++) {
    const int32_t end = o + filters;
    int8_t stage[MF_DEPTHWISE_S8_STAGE];
    mf_depthwise_s8_lay_channel(rows, x0, c, stage, p);
    for (int32_t n; o < end; o += n) {
      int32_t sum[MF_EIGHT];
      n = end - o < MF_EIGHT ? 1 : MF_EIGHT;
      sum[0] = 0;
      const MF_ROM int8_t *w = p->weights + o;
      if (n == MF_EIGHT)
        mf_eight_s8(stage, w, (ptrdiff_t)out_c, (int)size, sum);
      else
        for (int32_t k = 0; k < size; k++, w += out_c) sum[0] += stage[k] * *w;
      mf_outputs_channels_s8(&outputs, o, sum, out + o, n);
    }
  }
}

/* Computes two neighbouring pixels of a picture of one channel, in fours of filters. Both are staged, so that all is
   read before anything is written. */
MF_INNER void mf_depthwise_s8_two(const int8_t *const *rows, int32_t x0, int8_t *out,
                                  const MF_ROM mf_depthwise_s8_params *p) {
  const mf_outputs outputs = mf_depthwise_s8_outputs(p);
  const int32_t out_c = p->out_c, size = p->kernel_h * p->kernel_w;
  int8_t stage[2 * MF_DEPTHWISE_S8_STAGE];
  mf_depthwise_s8_lay_channel(rows, x0, 0, stage, p);
  mf_depthwise_s8_lay_channel(rows, x0 + p->stride_w, 0, stage + MF_DEPTHWISE_S8_STAGE, p);
  for (int32_t o = 0; o < out_c; o += 4) {
    int32_t s[8];
    mf_twos_s8(stage, p->weights + o, (ptrdiff_t)out_c, (int)size, s);
    const int32_t first[4] = {s[0], s[2], s[4], s[6]}, second[4] = {s[1], s[3], s[5], s[7]};
    mf_outputs_channels_s8(&outputs, o, first, out + o, 4);
    mf_outputs_channels_s8(&outputs, o, second, out + out_c + o, 4);
  }
}

/* ---- Any window ---- */

/* Adds what taps outside the picture add to the sums of n channels. */
MF_INNER void mf_depthwise_s8_outside(const MF_ROM int8_t *w, int32_t taps, int32_t n, int32_t *sum,
                                      const MF_ROM mf_depthwise_s8_params *p) {
  const int32_t zero = p->in_zero_point;
  for (; taps > 0; taps--, w += p->out_c)
    for (int32_t i = 0; i < n; i++) sum[i] += zero * w[i];
}

/* Computes the pixel whose tap 0 lies at x0, of filters that read a channel each. */
MF_INNER void mf_depthwise_s8_single(const int8_t *const *rows, int32_t x0, int8_t *out,
                                     const MF_ROM mf_depthwise_s8_params *p) {
  const mf_outputs outputs = mf_depthwise_s8_outputs(p);
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, p->dilation_w, p->in_w);
  const int32_t channels = p->in_c, taps = p->kernel_w, apart = p->dilation_w * channels;
  const mf_taps none = {taps, taps};
  const int32_t offset = x0 * channels + inside.first * apart;
  for (int32_t c = 0, n; c < channels; c += n) {
    const MF_ROM int8_t *w = p->weights + c;
    int32_t sum[MF_DEPTHWISE_S8_PLACE];
    n = channels - c < MF_DEPTHWISE_S8_PLACE ? channels - c : MF_DEPTHWISE_S8_PLACE;
    memset(sum, 0, (size_t)n * sizeof *sum);
    for (int32_t k = 0; k < p->kernel_h; k++, w += taps * channels) {
      const mf_taps in = rows[k] == NULL ? none : inside;
      if (in.first > 0) mf_depthwise_s8_outside(w, in.first, n, sum, p);
      if (in.first < in.end)
        mf_abreast_s8(rows[k] + offset + c, apart, w + in.first * channels, channels,
                      in.end - in.first, n, sum);
      if (in.end < taps) mf_depthwise_s8_outside(w + in.end * channels, taps - in.end, n, sum, p);
    }
    mf_outputs_channels_s8(&outputs, c, sum, out + c, n);
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

/* Computes the pixel whose tap 0 lies at x0, of several filters a channel. */
MF_INNER void mf_depthwise_s8_several(const int8_t *const *rows, int32_t x0, int8_t *out,
                                      const MF_ROM mf_depthwise_s8_params *p) {
  const mf_outputs outputs = mf_depthwise_s8_outputs(p);
  const int32_t apart = p->dilation_w * p->in_c, last = x0 + (p->kernel_w - 1) * p->dilation_w;
  const int inside = x0 >= 0 && last < p->in_w;
  for (int32_t c = 0, o = 0; c < p->in_c; c++)
    for (int32_t end = o + p->depth_multiplier, lanes; o < end; o += lanes) {
      const MF_ROM int8_t *const w = p->weights + o;
      int32_t sum[MF_LANES];
      lanes = inside && end - o >= MF_LANES ? MF_LANES : 1;
      if (lanes == MF_LANES)
        mf_window4_s8(rows, p->kernel_h, x0 * p->in_c + c, apart, 0, p->in_zero_point, w, p->out_c,
                      p->kernel_w, sum);
      else
        sum[0] = mf_depthwise_s8_lone(rows, x0, c, w, p);
      mf_outputs_channels_s8(&outputs, o, sum, out + o, lanes);
    }
}

/* ---- Rows, pieces ---- */

MF_ENTRY void mf_depthwise_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                   const MF_ROM mf_depthwise_s8_params *p) {
  const int32_t order = p->order, out_w = p->out_w, taps = p->kernel_h * p->kernel_w;
  const int single = p->depth_multiplier == 1;
  const int nine = single && p->kernel_h == 3 && p->kernel_w == 3 && p->dilation_w == 1;
  const int eights = !single && taps <= MF_DEPTHWISE_S8_STAGE;
  const int twos = eights && p->in_c == 1 && p->out_c % 4 == 0;
  const int nines = nine && p->stride_w == 1 && p->in_c <= MF_DEPTHWISE_S8_LATE;
  for (int32_t y = mf_first(n, order); mf_within(y, n); y += order) {
    const int8_t *const *under = rows + y * p->kernel_h;
    const int whole = nines && under[0] != NULL && under[1] != NULL && under[2] != NULL;
    for (int32_t left = out_w, made; left > 0; left -= made) {
      int32_t x = order > 0 ? out_w - left : left - 2, x0 = x * p->stride_w - p->pad_left;
      made = left > 1 && (twos || (whole && x0 >= 0 && x0 + 4 <= p->in_w)) ? 2 : 1;
      if (order < 0 && made == 1) x++, x0 += p->stride_w;
      int8_t *to = out + (y * out_w + x) * p->out_c;
      if (made == 2 && nine)
        mf_depthwise_s8_nines(under, x0, to, p);
      else if (nine)
        mf_depthwise_s8_nine(under, x0, to, p);
      else if (made == 2)
        mf_depthwise_s8_two(under, x0, to, p);
      else if (eights)
        mf_depthwise_s8_eights(under, x0, to, p);
      else if (single)
        mf_depthwise_s8_single(under, x0, to, p);
      else
        mf_depthwise_s8_several(under, x0, to, p);
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
  const mf_outputs outputs = mf_depthwise_s8_outputs(p);
  mf_outputs_channels_s8(&outputs, 0, sums, out, p->out_c);
}

#endif
