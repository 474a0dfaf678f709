/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* resize_table_s8 in plain C. */
#ifndef MF_RESIZE_TABLE_S8_PORTABLE_H
#define MF_RESIZE_TABLE_S8_PORTABLE_H

/* One pixel of four: `x` begins at the first, `right` and `down` are the elements to its neighbours. */
MF_KERNEL void mf_resize_table_s8_pixel(const int8_t *x, ptrdiff_t right, ptrdiff_t down,
                                        int32_t part_x, int32_t part_y, int8_t *to,
                                        int32_t channels) {
  for (int32_t c = 0; c < channels; c++, x++) {
    const int32_t above = x[0] * 2048 + (x[right] - x[0]) * part_x;
    const int32_t below = x[down] * 2048 + (x[down + right] - x[down]) * part_x;
    const int32_t sum = above * 2048 + (below - above) * part_y;
    to[c] = (int8_t)((sum + ((int32_t)1 << 21)) >> 22);
  }
}

/* One row, between the row at `in` and the one `down` elements further. */
MF_KERNEL void mf_resize_table_s8_row(const int8_t *in, ptrdiff_t down, int32_t part, int8_t *out,
                                      const MF_ROM mf_resize_table_s8_params *p) {
  for (int32_t i = 0; i < p->out_w; i++, out += p->channels) {
    const int32_t left = p->columns[2 * i];
    const ptrdiff_t right = left + 1 < p->in_w ? (ptrdiff_t)p->channels : 0;
    mf_resize_table_s8_pixel(in + (ptrdiff_t)(left * p->channels), right, down,
                             p->columns[2 * i + 1], part, out, p->channels);
  }
}

MF_ENTRY void mf_resize_table_s8(const int8_t *in, int8_t *out,
                                 const MF_ROM mf_resize_table_s8_params *p) {
  const ptrdiff_t row = (ptrdiff_t)(p->in_w * p->channels);
  for (int32_t n = 0; n < p->batches; n++, in += (ptrdiff_t)p->in_h * row)
    for (int32_t j = 0; j < p->out_h; j++, out += (ptrdiff_t)(p->out_w * p->channels)) {
      const int32_t above = p->rows[2 * j];
      mf_resize_table_s8_row(in + above * row, above + 1 < p->in_h ? row : 0, p->rows[2 * j + 1],
                             out, p);
    }
}

#endif
