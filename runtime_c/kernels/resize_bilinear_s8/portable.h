/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* resize_bilinear_s8 in plain C. */
#ifndef MF_RESIZE_BILINEAR_S8_PORTABLE_H
#define MF_RESIZE_BILINEAR_S8_PORTABLE_H

/* A place between two rows, or columns: `part`/1024 of the way from the first to the second. */
typedef struct {
  int32_t first;
  int32_t second;
  int32_t part;
} mf_resize_bilinear_s8_place;

MF_KERNEL mf_resize_bilinear_s8_place mf_resize_bilinear_s8_at(int32_t index, int32_t step,
                                                               int32_t half_pixel, int32_t size) {
  const int32_t place = index * step + (half_pixel ? step / 2 - 512 : 0);
  const int32_t first = mf_clamp(place / 1024, 0, size - 1);
  const int32_t second = mf_clamp((place + 1023) / 1024, 0, size - 1);
  const mf_resize_bilinear_s8_place found = {first, second, place - first * 1024};
  return found;
}

/* One pixel, of its four neighbours: two of the row above, two of the row below. */
MF_KERNEL void mf_resize_bilinear_s8_pixel(const int8_t *above, const int8_t *below,
                                           mf_resize_bilinear_s8_place x, int32_t part,
                                           int32_t channels, int8_t *to) {
  const int32_t left = x.first * channels, right = x.second * channels;
  for (int32_t c = 0; c < channels; c++) {
    const int32_t top = above[left + c] * (1024 - x.part) + above[right + c] * x.part;
    const int32_t bottom = below[left + c] * (1024 - x.part) + below[right + c] * x.part;
    const int32_t sum = top * (1024 - part) + bottom * part;
    to[c] = (int8_t)((sum + (sum > 0 ? 524288 : -524288)) / 1048576);
  }
}

MF_ENTRY void mf_resize_bilinear_s8(const int8_t *in, int8_t *out,
                                    const MF_ROM mf_resize_bilinear_s8_params *p) {
  const ptrdiff_t row = (ptrdiff_t)(p->in_w * p->channels);
  for (int32_t n = 0; n < p->batches; n++, in += (ptrdiff_t)p->in_h * row) {
    for (int32_t j = 0; j < p->out_h; j++) {
      const mf_resize_bilinear_s8_place y =
          mf_resize_bilinear_s8_at(j, p->step_h, p->half_pixel, p->in_h);
      for (int32_t i = 0; i < p->out_w; i++, out += p->channels)
        mf_resize_bilinear_s8_pixel(in + y.first * row, in + y.second * row,
                                    mf_resize_bilinear_s8_at(i, p->step_w, p->half_pixel, p->in_w),
                                    y.part, p->channels, out);
    }
  }
}

#endif
