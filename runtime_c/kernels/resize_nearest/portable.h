/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* resize_nearest in plain C. */
#ifndef MF_RESIZE_NEAREST_PORTABLE_H
#define MF_RESIZE_NEAREST_PORTABLE_H

MF_KERNEL void mf_resize_nearest_row(const uint8_t *row, uint8_t *to,
                                     const MF_ROM mf_resize_nearest_params *p) {
  const size_t bytes = (size_t)p->pixel_bytes;
  for (int32_t x = 0; x < p->out_w; x++, to += bytes)
    memcpy(to, row + (size_t)p->columns[x] * bytes, bytes);
}

/* A row that is seen again is copied from the output. */
MF_ENTRY void mf_resize_nearest(const void *in, void *out,
                                const MF_ROM mf_resize_nearest_params *p) {
  const size_t in_row = (size_t)p->in_w * (size_t)p->pixel_bytes;
  const size_t out_row = (size_t)p->out_w * (size_t)p->pixel_bytes;
  const uint8_t *picture = (const uint8_t *)in;
  uint8_t *to = (uint8_t *)out;
  for (int32_t n = 0; n < p->batches; n++, picture += (size_t)p->in_h * in_row) {
    for (int32_t y = 0; y < p->out_h; y++, to += out_row) {
      if (y > 0 && p->rows[y] == p->rows[y - 1])
        memcpy(to, to - out_row, out_row);
      else
        mf_resize_nearest_row(picture + (size_t)p->rows[y] * in_row, to, p);
    }
  }
}

#endif
