/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* average_pool_s16 in plain C. */
#ifndef MF_AVERAGE_POOL_S16_PORTABLE_H
#define MF_AVERAGE_POOL_S16_PORTABLE_H

/* sum / count, rounded to nearest, ties away from zero. */
MF_KERNEL int32_t mf_average_pool_s16_ratio(int32_t sum, int32_t count) {
  return (sum + (sum > 0 ? count / 2 : -(count / 2))) / count;
}

/* The mean of one channel over the columns `inside`; `offset` is the place of the first in its row. */
MF_KERNEL int32_t mf_average_pool_s16_mean(const int16_t *const *rows, mf_taps inside,
                                           int32_t offset,
                                           const MF_ROM mf_average_pool_s16_params *p) {
  int32_t sum = 0, count = 0;
  for (int32_t k = 0; k < p->kernel_h; k++) {
    if (rows[k] == NULL) continue;
    const int16_t *x = rows[k] + offset;
    for (int32_t i = inside.first; i < inside.end; i++, x += p->channels)
      sum = mf_wrapping_add(sum, *x);
    count += inside.end - inside.first;
  }
  return mf_average_pool_s16_ratio(sum, count);
}

/* Computes the pixel whose window begins at x0. */
MF_KERNEL void mf_average_pool_s16_pixel(const int16_t *const *rows, int32_t x0, int16_t *out,
                                         const MF_ROM mf_average_pool_s16_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
  const int32_t first = (x0 + inside.first) * p->channels;
  for (int32_t c = 0; c < p->channels; c++) {
    const int32_t mean = mf_average_pool_s16_mean(rows, inside, first + c, p);
    out[c] = (int16_t)mf_clamp(mean, p->out_min, p->out_max);
  }
}

MF_PICTURE_ROWS(average_pool_s16, int16_t, p->channels)

MF_ENTRY void mf_average_pool_s16_begin(int32_t *sums, const MF_ROM mf_average_pool_s16_params *p) {
  memset(sums, 0, (size_t)p->channels * sizeof *sums);
}

MF_ENTRY void mf_average_pool_s16_add(const int16_t *in, int32_t first, int32_t count,
                                      int32_t *sums, const MF_ROM mf_average_pool_s16_params *p) {
  (void)first;
  mf_add_pixels_s16(in, count, p->channels, sums);
}

MF_ENTRY void mf_average_pool_s16_end(const int32_t *sums, int16_t *out,
                                      const MF_ROM mf_average_pool_s16_params *p) {
  const int32_t pixels = p->in_h * p->in_w;
  for (int32_t c = 0; c < p->channels; c++)
    out[c] = (int16_t)mf_clamp(mf_average_pool_s16_ratio(sums[c], pixels), p->out_min, p->out_max);
}

#endif
