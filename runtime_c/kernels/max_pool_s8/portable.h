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

/* Computes the pixel whose window begins at x0. */
MF_KERNEL void mf_max_pool_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                    const MF_ROM mf_max_pool_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
  const int32_t first = (x0 + inside.first) * p->channels;
  for (int32_t c = 0; c < p->channels; c++) {
    const int32_t max = mf_max_pool_s8_max(rows, inside, first + c, p);
    out[c] = (int8_t)mf_clamp(max, p->out_min, p->out_max);
  }
}

MF_PICTURE_ROWS(max_pool_s8, int8_t, p->channels)

MF_ENTRY void mf_max_pool_s8_raise(const int8_t *row, int8_t *out,
                                   const MF_ROM mf_max_pool_s8_params *p) {
  int32_t x0 = -p->pad_left;
  for (int32_t left = p->out_w; left > 0; left--, x0 += p->stride_w) {
    const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
    const int8_t *in = row + (x0 + inside.first) * p->channels;
    for (int32_t c = 0; c < p->channels; c++, in++, out++) {
      int32_t max = *out;
      for (int32_t i = inside.first; i < inside.end; i++) {
        const int8_t x = in[(i - inside.first) * p->channels];
        if (x > max) max = x;
      }
      *out = (int8_t)mf_clamp(max, p->out_min, p->out_max);
    }
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
