/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* resize_bilinear_f32 in plain C. */
#ifndef MF_RESIZE_BILINEAR_F32_PORTABLE_H
#define MF_RESIZE_BILINEAR_F32_PORTABLE_H

/* A place between two rows, or columns: `part` of the way from the first to the second. */
typedef struct {
  int32_t first;
  int32_t second;
  float part;
} mf_resize_bilinear_f32_place;

MF_KERNEL mf_resize_bilinear_f32_place mf_resize_bilinear_f32_at(int32_t index, float step,
                                                                 int32_t half_pixel, int32_t size) {
  const float place = half_pixel ? ((float)index + 0.5f) * step - 0.5f : (float)index * step;
  const int32_t whole = (int32_t)place; /* towards zero: places are above -1 */
  const int32_t first = mf_clamp(whole, 0, size - 1);
  const int32_t second = mf_clamp(whole + (place > (float)whole ? 1 : 0), 0, size - 1);
  const mf_resize_bilinear_f32_place found = {first, second, place - (float)first};
  return found;
}

/* One pixel, of its four neighbours: two of the row above, two of the row below. */
MF_KERNEL void mf_resize_bilinear_f32_pixel(const float *above, const float *below,
                                            mf_resize_bilinear_f32_place x, float part,
                                            int32_t channels, float *to) {
  const int32_t left = x.first * channels, right = x.second * channels;
  for (int32_t c = 0; c < channels; c++) {
    float sum = above[left + c] * (1.0f - part) * (1.0f - x.part);
    sum += below[left + c] * part * (1.0f - x.part);
    sum += above[right + c] * (1.0f - part) * x.part;
    sum += below[right + c] * part * x.part;
    to[c] = sum + 0.0f; /* of -0, as the reference does */
  }
}

MF_ENTRY void mf_resize_bilinear_f32(const float *in, float *out,
                                     const MF_ROM mf_resize_bilinear_f32_params *p) {
  const ptrdiff_t row = (ptrdiff_t)(p->in_w * p->channels);
  for (int32_t n = 0; n < p->batches; n++, in += (ptrdiff_t)p->in_h * row) {
    for (int32_t j = 0; j < p->out_h; j++) {
      const mf_resize_bilinear_f32_place y =
          mf_resize_bilinear_f32_at(j, p->step_h, p->half_pixel, p->in_h);
      for (int32_t i = 0; i < p->out_w; i++, out += p->channels)
        mf_resize_bilinear_f32_pixel(
            in + y.first * row, in + y.second * row,
            mf_resize_bilinear_f32_at(i, p->step_w, p->half_pixel, p->in_w), y.part, p->channels,
            out);
    }
  }
}

#endif
