/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mirror_pad in plain C. */
#ifndef MF_MIRROR_PAD_PORTABLE_H
#define MF_MIRROR_PAD_PORTABLE_H

/* The index in dimension d of the input that is seen at an index of the output. */
MF_KERNEL int32_t mf_mirror_pad_source(int32_t index, int32_t d, const void *paddings,
                                       const MF_ROM mf_mirror_pad_params *p) {
  const int32_t size = p->size[d];
  const int32_t at = index - mf_index(paddings, 2 * d, p->index_bytes, p->total[d]);
  if (at < 0) return mf_clamp(p->single - 1 - at, 0, size - 1);
  if (at < size) return at;
  return mf_clamp(2 * size - 1 - p->single - at, 0, size - 1);
}

/* The element of the input, counted from its start, at which the row of an output row begins. */
MF_KERNEL ptrdiff_t mf_mirror_pad_row(int32_t row, const void *paddings,
                                      const MF_ROM mf_mirror_pad_params *p) {
  ptrdiff_t element = 0, step = (ptrdiff_t)p->size[p->dims - 1];
  for (int32_t d = p->dims - 2; d >= 0; d--) {
    const int32_t index = row % p->total[d];
    row /= p->total[d];
    element += (ptrdiff_t)mf_mirror_pad_source(index, d, paddings, p) * step;
    step *= (ptrdiff_t)p->size[d];
  }
  return element;
}

MF_ENTRY void mf_mirror_pad(const void *in, const void *paddings, void *out,
                            const MF_ROM mf_mirror_pad_params *p) {
  const int32_t last = p->dims - 1;
  const ptrdiff_t unit = (ptrdiff_t)p->unit;
  uint8_t *to = (uint8_t *)out;
  for (int32_t r = 0; r < p->rows; r++) {
    const uint8_t *row = (const uint8_t *)in + mf_mirror_pad_row(r, paddings, p) * unit;
    for (int32_t i = 0; i < p->total[last]; i++, to += unit) {
      const ptrdiff_t source = (ptrdiff_t)mf_mirror_pad_source(i, last, paddings, p);
      memcpy(to, row + source * unit, (size_t)unit);
    }
  }
}

#endif
