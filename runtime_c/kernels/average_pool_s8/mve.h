/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* average_pool_s8 for Arm's MVE: eight channels side by side. */
/* Needs mf_mve.h. */
#ifndef MF_AVERAGE_POOL_S8_MVE_H
#define MF_AVERAGE_POOL_S8_MVE_H

/* Divides n sums by count, rounded to nearest, ties away from -offset, and clamps. */
MF_INNER void mf_average_pool_s8_divide(const int32_t *sums, int32_t n, int32_t count, int8_t *out,
                                        const MF_ROM mf_average_pool_s8_params *p) {
  const int32_t offset = p->offset, low = p->out_min, high = p->out_max, half = count / 2;
  for (int32_t i = 0; i < n; i++) {
    const int32_t sum = sums[i] + offset * count;
    out[i] = (int8_t)mf_clamp((sum + (sum > 0 ? half : -half)) / count - offset, low, high);
  }
}

/* Computes up to eight channels of a window of `columns`, whose first pixels lie `offset` behind their rows. */
MF_INNER void mf_average_pool_s8_channels(const int8_t *const *rows, int32_t offset,
                                          int32_t columns, int8_t *out, int32_t channels,
                                          const MF_ROM mf_average_pool_s8_params *p) {
  int16x8_t halves = mf_mve_halves(0);
  int32_t sums[8], count = 0;
  for (const int8_t *const *end = rows + p->kernel_h; rows != end; rows++) {
    if (*rows == NULL) continue;
    halves = mf_mve_add_pixels(halves, *rows + offset, columns, p->channels, channels);
    count += columns;
  }
  mf_mve_widen(halves, sums);
  mf_average_pool_s8_divide(sums, channels < 8 ? channels : 8, count, out, p);
}

/* The same of a single channel, of any number of pixels. */
MF_INNER void mf_average_pool_s8_channel(const int8_t *const *rows, int32_t offset, int32_t columns,
                                         int8_t *out, const MF_ROM mf_average_pool_s8_params *p) {
  int32_t sum = 0, count = 0;
  for (const int8_t *const *end = rows + p->kernel_h; rows != end; rows++) {
    if (*rows == NULL) continue;
    for (int32_t i = 0; i < columns; i++) sum += (*rows)[offset + i * p->channels];
    count += columns;
  }
  mf_average_pool_s8_divide(&sum, 1, count, out, p);
}

/* Computes the pixel whose window begins at x0. */
MF_KERNEL void mf_average_pool_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                        const MF_ROM mf_average_pool_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
  const int32_t first = (x0 + inside.first) * p->channels, columns = inside.end - inside.first;
  const int32_t together = p->kernel_h * columns > MF_MVE_PIXELS ? 1 : 8;
  for (int32_t c = 0; c < p->channels; c += together)
    if (together == 1)
      mf_average_pool_s8_channel(rows, first + c, columns, out + c, p);
    else
      mf_average_pool_s8_channels(rows, first + c, columns, out + c, p->channels - c, p);
}

MF_PICTURE_ROWS(average_pool_s8, int8_t, p->channels)

MF_ENTRY void mf_average_pool_s8_begin(int32_t *sums, const MF_ROM mf_average_pool_s8_params *p) {
  memset(sums, 0, (size_t)p->channels * sizeof *sums);
}

MF_ENTRY void mf_average_pool_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                                     const MF_ROM mf_average_pool_s8_params *p) {
  (void)first;
  mf_mve_sum_channels(in, count / p->channels, p->channels, sums);
}

MF_ENTRY void mf_average_pool_s8_end(const int32_t *sums, int8_t *out,
                                     const MF_ROM mf_average_pool_s8_params *p) {
  mf_average_pool_s8_divide(sums, p->channels, p->in_h * p->in_w, out, p);
}

#endif
