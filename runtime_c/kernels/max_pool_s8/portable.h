/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* max_pool_s8 in plain C. */
#ifndef MF_MAX_POOL_S8_PORTABLE_H
#define MF_MAX_POOL_S8_PORTABLE_H

/* The maximum of one channel over the columns `inside`; `offset` is the place of the first in its row. */
MF_KERNEL int32_t mf_max_pool_s8_max(const int8_t *const *rows, mf_taps inside, int32_t offset,
                                     const MF_ROM mf_max_pool_s8_params *p) {
  int32_t max = INT8_MIN;
  for (int32_t k = 0; k < p->kernel_h; k++) {
    if (rows[k] == NULL) continue;
    const int8_t *x = rows[k] + offset;
    for (int32_t i = inside.first; i < inside.end; i++, x += p->channels)
      if (*x > max) max = *x;
  }
  return max;
}

MF_KERNEL void mf_max_pool_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                   const MF_ROM mf_max_pool_s8_params *p) {
  for (; n > 0; n--, rows += p->kernel_h) {
    for (int32_t x = 0; x < p->out_w; x++) {
      const int32_t x0 = x * p->stride_w - p->pad_left;
      const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
      const int32_t first = (x0 + inside.first) * p->channels;
      for (int32_t c = 0; c < p->channels; c++) {
        const int32_t max = mf_max_pool_s8_max(rows, inside, first + c, p);
        *out++ = (int8_t)mf_clamp(max, p->out_min, p->out_max);
      }
    }
  }
}

#endif
