/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_bilinear.h: pictures of another size, interpolated in float32. Include mf_kernel.h first. */
#ifndef MF_BILINEAR_H
#define MF_BILINEAR_H

/* A place between two rows, or columns: `part` of the way from the first to the second. */
typedef struct {
  int32_t first;
  int32_t second;
  float part;
} mf_between;

MF_KERNEL mf_between mf_between_at(int32_t index, float step, int32_t half_pixel, int32_t size) {
  const float place = half_pixel ? ((float)index + 0.5f) * step - 0.5f : (float)index * step;
  const int32_t whole = (int32_t)place; /* towards zero: places are above -1 */
  const int32_t first = mf_clamp(whole, 0, size - 1);
  const int32_t second = mf_clamp(whole + (place > (float)whole ? 1 : 0), 0, size - 1);
  const mf_between found = {first, second, place - (float)first};
  return found;
}

/* The body of a kernel that makes each pixel of four of the input: two of the row above, two of the row below.
   mf_<kernel>_made(sum) is what becomes of their weighted sum. */
#define MF_BILINEAR(kernel, type)                                                                \
  MF_INNER void mf_##kernel##_pixel(const type *above, const type *below, mf_between x,          \
                                    float part, int32_t channels, type *to) {                    \
    const int32_t left = x.first * channels, right = x.second * channels;                        \
    for (int32_t c = 0; c < channels; c++) {                                                     \
      float sum = (float)above[left + c] * (1.0f - part) * (1.0f - x.part);                      \
      sum += (float)below[left + c] * part * (1.0f - x.part);                                    \
      sum += (float)above[right + c] * (1.0f - part) * x.part;                                   \
      sum += (float)below[right + c] * part * x.part;                                            \
      to[c] = mf_##kernel##_made(sum);                                                           \
    }                                                                                            \
  }                                                                                              \
  MF_ENTRY void mf_##kernel(const type *in, type *out, const MF_ROM mf_##kernel##_params *p) {   \
    const ptrdiff_t row = (ptrdiff_t)(p->in_w * p->channels);                                    \
    for (int32_t n = 0; n < p->batches; n++, in += (ptrdiff_t)p->in_h * row) {                   \
      for (int32_t j = 0; j < p->out_h; j++) {                                                   \
        const mf_between y = mf_between_at(j, p->step_h, p->half_pixel, p->in_h);                \
        const type *const above = in + y.first * row, *const below = in + y.second * row;        \
        for (int32_t i = 0; i < p->out_w; i++, out += p->channels)                               \
          mf_##kernel##_pixel(above, below, mf_between_at(i, p->step_w, p->half_pixel, p->in_w), \
                              y.part, p->channels, out);                                         \
      }                                                                                          \
    }                                                                                            \
  }

#endif
