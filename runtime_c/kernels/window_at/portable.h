/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* window_at in plain C. */
#ifndef MF_WINDOW_AT_PORTABLE_H
#define MF_WINDOW_AT_PORTABLE_H

/* The element of the tensor, counted from its start, at which a row of the window begins. */
MF_KERNEL ptrdiff_t mf_window_at_row(int32_t row, const void *begin,
                                     const MF_ROM mf_window_at_params *p) {
  ptrdiff_t element = 0, step = 1;
  for (int32_t d = p->dims - 1; d >= 0; d--) {
    const int32_t room = p->size[d] - p->count[d] + 1;
    int32_t index = mf_index(begin, d, p->index_bytes, room);
    if (d < p->dims - 1) {
      index += row % p->count[d];
      row /= p->count[d];
    }
    element += (ptrdiff_t)index * step;
    step *= (ptrdiff_t)p->size[d];
  }
  return element;
}

MF_ENTRY void mf_window_at(const void *in, const void *begin, void *out,
                           const MF_ROM mf_window_at_params *p) {
  const ptrdiff_t unit = (ptrdiff_t)p->unit;
  const ptrdiff_t bytes = (ptrdiff_t)p->count[p->dims - 1] * unit;
  const uint8_t *from = (const uint8_t *)in;
  uint8_t *to = (uint8_t *)out;
  for (int32_t r = 0; r < p->rows; r++) {
    const ptrdiff_t window = (ptrdiff_t)r * bytes;
    const ptrdiff_t tensor = mf_window_at_row(r, begin, p) * unit;
    memcpy(to + (p->writes ? tensor : window), from + (p->writes ? window : tensor), (size_t)bytes);
  }
}

#endif
