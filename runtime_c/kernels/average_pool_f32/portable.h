/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* average_pool_f32 in plain C. */
#ifndef MF_AVERAGE_POOL_F32_PORTABLE_H
#define MF_AVERAGE_POOL_F32_PORTABLE_H

/* The mean of one channel over the columns `inside`; `offset` is the place of the first in its row. */
MF_KERNEL float mf_average_pool_f32_mean(const float *const *rows, mf_taps inside, int32_t offset,
                                         const MF_ROM mf_average_pool_f32_params *p) {
  float sum = 0.0f;
  int32_t count = 0;
  for (int32_t k = 0; k < p->kernel_h; k++) {
    if (rows[k] == NULL) continue;
    const float *x = rows[k] + offset;
    for (int32_t i = inside.first; i < inside.end; i++, x += p->channels) sum += *x;
    count += inside.end - inside.first;
  }
  return sum / (float)count;
}

/* Computes the pixel whose window begins at x0. */
MF_KERNEL void mf_average_pool_f32_pixel(const float *const *rows, int32_t x0, float *out,
                                         const MF_ROM mf_average_pool_f32_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
  const int32_t first = (x0 + inside.first) * p->channels;
  for (int32_t c = 0; c < p->channels; c++) {
    const float mean = mf_average_pool_f32_mean(rows, inside, first + c, p);
    out[c] = mf_clamp_f32(mean, p->out_min, p->out_max);
  }
}

MF_PICTURE_ROWS(average_pool_f32, float, p->channels)

MF_ENTRY void mf_average_pool_f32_begin(float *sums, const MF_ROM mf_average_pool_f32_params *p) {
  memset(sums, 0, (size_t)p->channels * sizeof *sums);
}

MF_ENTRY void mf_average_pool_f32_add(const float *in, int32_t first, int32_t count, float *sums,
                                      const MF_ROM mf_average_pool_f32_params *p) {
  (void)first;
  mf_add_pixels_f32(in, count, p->channels, sums);
}

MF_ENTRY void mf_average_pool_f32_end(const float *sums, float *out,
                                      const MF_ROM mf_average_pool_f32_params *p) {
  const float pixels = (float)(p->in_h * p->in_w);
  for (int32_t c = 0; c < p->channels; c++)
    out[c] = mf_clamp_f32(sums[c] / pixels, p->out_min, p->out_max);
}

#endif
