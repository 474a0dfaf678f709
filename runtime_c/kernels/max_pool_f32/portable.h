/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* max_pool_f32 in plain C. */
#ifndef MF_MAX_POOL_F32_PORTABLE_H
#define MF_MAX_POOL_F32_PORTABLE_H

/* The least finite number. */
#define MF_MAX_POOL_F32_LEAST (-3.402823466e+38f)

/* The maximum of one channel over the columns `inside`; `offset` is the place of the first in its row. */
MF_KERNEL float mf_max_pool_f32_max(const float *const *rows, mf_taps inside, int32_t offset,
                                    const MF_ROM mf_max_pool_f32_params *p) {
  float max = MF_MAX_POOL_F32_LEAST;
  for (int32_t k = 0; k < p->kernel_h; k++) {
    if (rows[k] == NULL) continue;
    const float *x = rows[k] + offset;
    for (int32_t i = inside.first; i < inside.end; i++, x += p->channels)
      if (*x > max) max = *x;
  }
  return max;
}

/* Computes the pixel whose window begins at x0. */
MF_KERNEL void mf_max_pool_f32_pixel(const float *const *rows, int32_t x0, float *out,
                                     const MF_ROM mf_max_pool_f32_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
  const int32_t first = (x0 + inside.first) * p->channels;
  for (int32_t c = 0; c < p->channels; c++) {
    const float max = mf_max_pool_f32_max(rows, inside, first + c, p);
    out[c] = mf_clamp_f32(max, p->out_min, p->out_max);
  }
}

MF_PICTURE_ROWS(max_pool_f32, float, p->channels)

MF_ENTRY void mf_max_pool_f32_raise(const float *row, float *out,
                                    const MF_ROM mf_max_pool_f32_params *p) {
  int32_t x0 = -p->pad_left;
  for (int32_t left = p->out_w; left > 0; left--, x0 += p->stride_w) {
    const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
    const float *in = row + (x0 + inside.first) * p->channels;
    for (int32_t c = 0; c < p->channels; c++, in++, out++) {
      float max = *out;
      for (int32_t i = inside.first; i < inside.end; i++) {
        const float x = in[(i - inside.first) * p->channels];
        if (x > max) max = x;
      }
      *out = mf_clamp_f32(max, p->out_min, p->out_max);
    }
  }
}

MF_ENTRY void mf_max_pool_f32_begin(float *sums, const MF_ROM mf_max_pool_f32_params *p) {
  for (int32_t c = 0; c < p->channels; c++) sums[c] = MF_MAX_POOL_F32_LEAST;
}

MF_ENTRY void mf_max_pool_f32_add(const float *in, int32_t first, int32_t count, float *sums,
                                  const MF_ROM mf_max_pool_f32_params *p) {
  (void)first;
  for (const float *end = in + count; in != end;)
    for (int32_t c = 0; c < p->channels; c++, in++)
      if (*in > sums[c]) sums[c] = *in;
}

MF_ENTRY void mf_max_pool_f32_end(const float *sums, float *out,
                                  const MF_ROM mf_max_pool_f32_params *p) {
  for (int32_t c = 0; c < p->channels; c++) out[c] = mf_clamp_f32(sums[c], p->out_min, p->out_max);
}

#endif
