/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* average_pool_s8 in plain C. */
#ifndef MF_AVERAGE_POOL_S8_PORTABLE_H
#define MF_AVERAGE_POOL_S8_PORTABLE_H

/* sum / count, rounded to nearest, ties away from -offset. */
MF_KERNEL int32_t mf_average_pool_s8_ratio(int32_t sum, int32_t count, int32_t offset) {
  sum += offset * count;
  return (sum + (sum > 0 ? count / 2 : -(count / 2))) / count - offset;
}

/* The mean of one channel over the columns `inside`; `offset` is the place of the first in its row. */
MF_KERNEL int32_t mf_average_pool_s8_mean(const int8_t *const *rows, mf_taps inside, int32_t offset,
                                          const MF_ROM mf_average_pool_s8_params *p) {
  int32_t sum = 0, count = 0;
  for (int32_t k = 0; k < p->kernel_h; k++) {
    if (rows[k] == NULL) continue;
    const int8_t *x = rows[k] + offset;
    for (int32_t i = inside.first; i < inside.end; i++, x += p->channels) sum += *x;
    count += inside.end - inside.first;
  }
  return mf_average_pool_s8_ratio(sum, count, p->offset);
}

/* Computes the pixel whose window begins at x0. */
MF_KERNEL void mf_average_pool_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                        const MF_ROM mf_average_pool_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
  const int32_t first = (x0 + inside.first) * p->channels;
  for (int32_t c = 0; c < p->channels; c++) {
    const int32_t mean = mf_average_pool_s8_mean(rows, inside, first + c, p);
    out[c] = (int8_t)mf_clamp(mean, p->out_min, p->out_max);
  }
}

MF_PICTURE_ROWS(average_pool_s8, int8_t, p->channels)

MF_ENTRY void mf_average_pool_s8_begin(int32_t *sums, const MF_ROM mf_average_pool_s8_params *p) {
  memset(sums, 0, (size_t)p->channels * sizeof *sums);
}

MF_ENTRY void mf_average_pool_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                                     const MF_ROM mf_average_pool_s8_params *p) {
  (void)first;
  mf_add_pixels_s8(in, count, p->channels, sums);
}

MF_ENTRY void mf_average_pool_s8_end(const int32_t *sums, int8_t *out,
                                     const MF_ROM mf_average_pool_s8_params *p) {
  const int32_t pixels = p->in_h * p->in_w;
  for (int32_t c = 0; c < p->channels; c++)
    out[c] = (int8_t)mf_clamp(mf_average_pool_s8_ratio(sums[c], pixels, p->offset), p->out_min,
                              p->out_max);
}

#endif
