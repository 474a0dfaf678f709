/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_s8 for computers with vector registers: strips of neighbouring channels. Of a single channel all
   filters are made as a convolution makes them, of four windows at a time. */
/* Needs mf_layer.h and mf_vectors.h. */
#ifndef MF_DEPTHWISE_S8_HOST_H
#define MF_DEPTHWISE_S8_HOST_H

/* The largest window whose taps are looked up beforehand, and the largest tables of weights of a single channel
   that are turned. */
#define MF_DEPTHWISE_S8_TAPS  128
#define MF_DEPTHWISE_S8_TABLE 4096

MF_KERNEL void mf_depthwise_s8_outputs(mf_strip_outputs *how,
                                       const MF_ROM mf_depthwise_s8_params *p) {
  how->bias = p->bias;
  how->multiplier = p->multiplier;
  how->shift = p->shift;
  how->step = 1;
  how->zero_point = p->out_zero_point;
  how->low = p->out_min;
  how->high = p->out_max;
  how->factors = 0;
}

/* ---- Any window ---- */

/* Computes channel o of the pixel whose tap 0 lies at x0. */
MF_INNER void mf_depthwise_s8_channel(const int8_t *const *rows, int x0, int o,
                                      const mf_strip_outputs *how, int8_t *out,
                                      const MF_ROM mf_depthwise_s8_params *p) {
  const int channel = o / (int)p->depth_multiplier;
  const MF_ROM int8_t *w = p->weights + o;
  int32_t sum = 0;
  for (int k = 0; k < p->kernel_h; k++) {
    int x = x0;
    for (int tap = 0; tap < p->kernel_w; tap++, x += p->dilation_w, w += p->out_c) {
      const int inside = rows[k] != NULL && x >= 0 && x < (int)p->in_w;
      sum += (inside ? rows[k][(ptrdiff_t)x * p->in_c + channel] : p->in_zero_point) * *w;
    }
  }
  mf_write_strip(&sum, 1, o, how, out);
}

/* ---- As many filters as channels ---- */

/* Computes the pixel whose tap 0 lies at x0, strip by strip: the inputs of each are read before any of its
   outputs is written. */
MF_INNER void mf_depthwise_s8_strips(const int8_t *const *rows, int x0, const mf_strip_outputs *how,
                                     int8_t *out, const MF_ROM mf_depthwise_s8_params *p) {
  const int8_t *taps[MF_DEPTHWISE_S8_TAPS];
  int8_t outside[MF_STRIP];
  int32_t sums[MF_STRIP];
  const int out_c = (int)p->out_c;
  memset(outside, p->in_zero_point, sizeof outside);
  for (int c = 0; c < out_c; c += MF_STRIP) {
    const int n = mf_strip(out_c - c);
    int count = 0;
    for (int k = 0; k < p->kernel_h; k++) {
      int x = x0;
      for (int tap = 0; tap < p->kernel_w; tap++, x += p->dilation_w) {
        const int inside = rows[k] != NULL && x >= 0 && x < (int)p->in_w;
        taps[count++] = inside ? rows[k] + (ptrdiff_t)x * p->in_c + c : outside;
      }
    }
    mf_sum_taps(taps, count, p->weights + c, out_c, n, sums);
    mf_write_strip(sums, n, c, how, out + c);
  }
}

/* ---- Filters of a single channel ---- */

/* Computes up to four neighbouring pixels, all of whose windows are read before the first is written. `turned`
   are the weights, filter by filter. */
MF_INNER void mf_depthwise_s8_pixels(const int8_t *const *rows, int x0, int count,
                                     const int8_t *turned, const mf_strip_outputs *how, int8_t *out,
                                     const MF_ROM mf_depthwise_s8_params *p) {
  int16_t windows[MF_PIXELS * MF_WINDOW];
  const mf_line line = {p->kernel_w, p->dilation_w, (int)p->in_w, 1, 1, p->in_zero_point};
  const int size = p->kernel_h * p->kernel_w, room = MF_STEPS(size), out_c = (int)p->out_c;
  int16_t *to = windows;
  int32_t sums[MF_PIXELS * MF_STRIP];
  for (int i = 0; i < MF_PIXELS; i++) {
    const int x = x0 + (i < count ? i : 0) * p->stride_w;
    for (int k = 0; k < p->kernel_h; k++, to += line.taps) mf_widen_line(to, rows[k], x, 0, line);
    memset(to, 0, (size_t)(room - size) * sizeof *to);
    to += room - size;
  }
  for (int o = 0, n; o < out_c; o += n) {
    n = mf_strip(out_c - o);
    mf_dot_filters(windows, room, turned + o * size, size, n, turned + out_c * size, sums);
    for (int i = 0; i < count; i++)
      mf_write_strip(sums + i * MF_STRIP, n, o, how, out + i * out_c + o);
  }
}

/* Lays the weights down filter by filter. */
MF_KERNEL void mf_depthwise_s8_turn(int8_t *turned, const MF_ROM mf_depthwise_s8_params *p) {
  const int size = p->kernel_h * p->kernel_w, out_c = (int)p->out_c;
  for (int o = 0; o < out_c; o++)
    for (int tap = 0; tap < size; tap++) *turned++ = p->weights[tap * out_c + o];
}

/* ---- Rows ---- */

/* The pixels that are computed together: four, one; 0 where each channel is computed by itself. */
MF_KERNEL int mf_depthwise_s8_together(const MF_ROM mf_depthwise_s8_params *p) {
  const int size = p->kernel_h * p->kernel_w;
  if (p->in_c == 1 && size * p->out_c <= MF_DEPTHWISE_S8_TABLE) return MF_PIXELS;
  return p->depth_multiplier == 1 && size <= MF_DEPTHWISE_S8_TAPS ? 1 : 0;
}

MF_ENTRY void mf_depthwise_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                   const MF_ROM mf_depthwise_s8_params *p) {
  int8_t turned[MF_DEPTHWISE_S8_TABLE];
  mf_strip_outputs how;
  const int together = mf_depthwise_s8_together(p), most = together > 0 ? together : 1;
  const int out_w = (int)p->out_w, out_c = (int)p->out_c, blocks = (out_w + most - 1) / most;
  if (together == MF_PIXELS) mf_depthwise_s8_turn(turned, p);
  mf_depthwise_s8_outputs(&how, p);
  mf_find_factors(&how, out_c);
  for (int32_t y = mf_first(n, p->order); mf_within(y, n); y += p->order) {
    const int8_t *const *under = rows + y * p->kernel_h;
    for (int b = (int)mf_first(blocks, p->order); mf_within(b, blocks); b += p->order) {
      const int x = b * most, left = out_w - x, x0 = x * p->stride_w - p->pad_left;
      int8_t *at = out + ((ptrdiff_t)y * out_w + x) * out_c;
      if (together == MF_PIXELS)
        mf_depthwise_s8_pixels(under, x0, left < most ? left : most, turned, &how, at, p);
      else if (together == 1)
        mf_depthwise_s8_strips(under, x0, &how, at, p);
      else
        for (int o = 0; o < out_c; o++) mf_depthwise_s8_channel(under, x0, o, &how, at + o, p);
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
  mf_strip_outputs how;
  mf_depthwise_s8_outputs(&how, p);
  mf_write_outputs(sums, (int)p->out_c, &how, out);
}

#endif
