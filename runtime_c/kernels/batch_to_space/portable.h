/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* batch_to_space in plain C. */
#ifndef MF_BATCH_TO_SPACE_PORTABLE_H
#define MF_BATCH_TO_SPACE_PORTABLE_H

/* A block's size along spatial dimension d: at least 1, and no more than there are batches. */
MF_KERNEL int32_t mf_batch_to_space_block(const void *block, int32_t d,
                                          const MF_ROM mf_batch_to_space_params *p) {
  const int32_t size = d < p->spatial ? mf_index(block, d, p->block_bytes, p->in_n + 1) : 1;
  return size < 1 ? 1 : size;
}

/* The pixel at row y and column x of picture n of the input; null where it has none. */
MF_KERNEL const uint8_t *mf_batch_to_space_pixel(const void *in, int32_t n, int32_t y, int32_t x,
                                                 const MF_ROM mf_batch_to_space_params *p) {
  if (n >= p->in_n || y >= p->in_h || x >= p->in_w) return NULL;
  const size_t pixel = ((size_t)n * (size_t)p->in_h + (size_t)y) * (size_t)p->in_w + (size_t)x;
  return (const uint8_t *)in + pixel * (size_t)p->pixel_bytes;
}

MF_ENTRY void mf_batch_to_space(const void *in, const void *block, const void *crops, void *out,
                                const MF_ROM mf_batch_to_space_params *p) {
  const int32_t step_y = mf_batch_to_space_block(block, 0, p);
  const int32_t step_x = mf_batch_to_space_block(block, 1, p);
  const int32_t top = mf_index(crops, 0, p->margin_bytes, p->in_h * step_y);
  const int32_t left = p->spatial > 1 ? mf_index(crops, 2, p->margin_bytes, p->in_w * step_x) : 0;
  const size_t bytes = (size_t)p->pixel_bytes;
  uint8_t *to = (uint8_t *)out;
  for (int32_t row = 0; row < p->out_n * p->out_h; row++) {
    const int32_t n = row / p->out_h, y = row % p->out_h + top;
    const int32_t first = y % step_y * step_x; /* of the row's pixels in their block */
    int32_t x = left / step_x, pixel = left % step_x;
    for (int32_t i = 0; i < p->out_w; i++, to += bytes) {
      const int32_t in_block = first + pixel;
      const int32_t picture = in_block < p->in_n ? in_block * p->out_n + n : p->in_n;
      const uint8_t *from = mf_batch_to_space_pixel(in, picture, y / step_y, x, p);
      if (from != NULL)
        memcpy(to, from, bytes);
      else
        memset(to, 0, bytes);
      if (++pixel == step_x) pixel = 0, x++;
    }
  }
}

#endif
