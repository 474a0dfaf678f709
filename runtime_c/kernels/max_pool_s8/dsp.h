/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* max_pool_s8 with Arm's DSP extension: four channels side by side, sixteen where there are as many. */
/* Needs mf_acle.h and mf_fours.h. */
#ifndef MF_MAX_POOL_S8_DSP_H
#define MF_MAX_POOL_S8_DSP_H

#define MF_MAX_POOL_S8_MOST 16 /* channels */

/* Raises sixteen channels, or four, to those of n pixels, `step` apart. */
MF_KERNEL void mf_max_pool_s8_over16(uint32_t *max, const int8_t *x, int32_t n, int32_t step) {
  uint32_t a = max[0], b = max[1], c = max[2], d = max[3];
  for (; n > 0; n--, x += step) {
    a = mf_max8(a, mf_load32(x));
    b = mf_max8(b, mf_load32(x + 4));
    c = mf_max8(c, mf_load32(x + 8));
    d = mf_max8(d, mf_load32(x + 12));
  }
  max[0] = a, max[1] = b, max[2] = c, max[3] = d;
}

MF_KERNEL uint32_t mf_max_pool_s8_over4(uint32_t max, const int8_t *x, int32_t n, int32_t step) {
  for (; n > 0; n--, x += step) max = mf_max8(max, mf_load32(x));
  return max;
}

MF_KERNEL void mf_max_pool_s8_put(int8_t *out, uint32_t max,
                                  const MF_ROM mf_max_pool_s8_params *p) {
  if (p->out_min > -128 || p->out_max < 127)
    max = mf_min8(mf_max8(max, mf_four(p->out_min)), mf_four(p->out_max));
  mf_store32(out, max);
}

/* The rows of a window, `columns` of each inside the picture from `offset` on. A null row is outside. */
typedef struct {
  const int8_t *const *rows;
  int32_t count;
  int32_t offset;
  int32_t columns;
} mf_max_pool_s8_window;

/* The windows' channels from c on, but for the least value; `out` has values to raise where `raises`. */
MF_KERNEL void mf_max_pool_s8_sixteen(const mf_max_pool_s8_window *w, int32_t c, int8_t *out,
                                      int raises, const MF_ROM mf_max_pool_s8_params *p) {
  uint32_t max[4];
  for (int32_t i = 0; i < 4; i++) max[i] = raises ? mf_load32(out + 4 * i) : mf_four(-128);
  for (int32_t k = 0; k < w->count; k++)
    if (w->rows[k] != NULL)
      mf_max_pool_s8_over16(max, w->rows[k] + w->offset + c, w->columns, p->channels);
  for (int32_t i = 0; i < 4; i++) mf_max_pool_s8_put(out + 4 * i, max[i], p);
}

MF_KERNEL uint32_t mf_max_pool_s8_four(const mf_max_pool_s8_window *w, int32_t c, const int8_t *out,
                                       int raises, int32_t channels) {
  uint32_t max = raises ? mf_load32(out + c) : mf_four(-128);
  for (int32_t k = 0; k < w->count; k++)
    if (w->rows[k] != NULL)
      max = mf_max_pool_s8_over4(max, w->rows[k] + w->offset + c, w->columns, channels);
  return max;
}

MF_KERNEL void mf_max_pool_s8_one(const mf_max_pool_s8_window *w, int32_t c, int8_t *out,
                                  int raises, const MF_ROM mf_max_pool_s8_params *p) {
  int32_t max = raises ? *out : -128;
  for (int32_t k = 0; k < w->count; k++)
    for (int32_t i = 0; w->rows[k] != NULL && i < w->columns; i++) {
      const int32_t x = w->rows[k][w->offset + i * p->channels + c];
      if (x > max) max = x;
    }
  *out = (int8_t)mf_clamp(max, p->out_min, p->out_max);
}

/* Computes a pixel, or raises it. */
MF_INNER void mf_max_pool_s8_under(const mf_max_pool_s8_window *w, int8_t *out, int raises,
                                   const MF_ROM mf_max_pool_s8_params *p) {
  const int32_t channels = p->channels;
  int32_t c = 0;
  for (; c + MF_MAX_POOL_S8_MOST <= channels; c += MF_MAX_POOL_S8_MOST)
    mf_max_pool_s8_sixteen(w, c, out + c, raises, p);
  for (; channels - c >= 2 * MF_FOUR || channels - c == MF_FOUR; c += MF_FOUR)
    mf_max_pool_s8_put(out + c, mf_max_pool_s8_four(w, c, out, raises, channels), p);
  if (channels - c > MF_FOUR) { /* two that overlap: both are read before either is written */
    const uint32_t first = mf_max_pool_s8_four(w, c, out, raises, channels);
    const uint32_t last = mf_max_pool_s8_four(w, channels - MF_FOUR, out, raises, channels);
    mf_max_pool_s8_put(out + c, first, p);
    mf_max_pool_s8_put(out + channels - MF_FOUR, last, p);
    c = channels;
  }
  for (; c < channels; c++) mf_max_pool_s8_one(w, c, out + c, raises, p);
}

/* Computes the pixel whose window begins at x0. */
MF_KERNEL void mf_max_pool_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                    const MF_ROM mf_max_pool_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
  const mf_max_pool_s8_window w = {rows, p->kernel_h, (x0 + inside.first) * p->channels,
                                   inside.end - inside.first};
  mf_max_pool_s8_under(&w, out, 0, p);
}

MF_PICTURE_ROWS(max_pool_s8, int8_t, p->channels)

MF_ENTRY void mf_max_pool_s8_raise(const int8_t *row, int8_t *out,
                                   const MF_ROM mf_max_pool_s8_params *p) {
  int32_t x0 = -p->pad_left;
  for (int32_t left = p->out_w; left > 0; left--, x0 += p->stride_w, out += p->channels) {
    const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
    const mf_max_pool_s8_window w = {&row, 1, (x0 + inside.first) * p->channels,
                                     inside.end - inside.first};
    mf_max_pool_s8_under(&w, out, 1, p);
  }
}

MF_ENTRY void mf_max_pool_s8_begin(int32_t *sums, const MF_ROM mf_max_pool_s8_params *p) {
  for (int32_t c = 0; c < p->channels; c++) sums[c] = INT8_MIN;
}

MF_ENTRY void mf_max_pool_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                                 const MF_ROM mf_max_pool_s8_params *p) {
  (void)first;
  for (const int8_t *end = in + count; in != end;)
    for (int32_t c = 0; c < p->channels; c++, in++)
      if (*in > sums[c]) sums[c] = *in;
}

MF_ENTRY void mf_max_pool_s8_end(const int32_t *sums, int8_t *out,
                                 const MF_ROM mf_max_pool_s8_params *p) {
  for (int32_t c = 0; c < p->channels; c++)
    out[c] = (int8_t)mf_clamp(sums[c], p->out_min, p->out_max);
}

#endif
