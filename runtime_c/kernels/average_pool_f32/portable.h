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

MF_KERNEL void mf_average_pool_f32_rows(const float *const *rows, float *out, int32_t n,
                                        const MF_ROM mf_average_pool_f32_params *p) {
  for (; n > 0; n--, rows += p->kernel_h) {
    for (int32_t x = 0; x < p->out_w; x++) {
      const int32_t x0 = x * p->stride_w - p->pad_left;
      const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
      const int32_t first = (x0 + inside.first) * p->channels;
      for (int32_t c = 0; c < p->channels; c++) {
        const float mean = mf_average_pool_f32_mean(rows, inside, first + c, p);
        *out++ = mf_clamp_f32(mean, p->out_min, p->out_max);
      }
    }
  }
}

#endif
