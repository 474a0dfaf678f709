/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* space_to_batch in plain C. */
#ifndef MF_SPACE_TO_BATCH_PORTABLE_H
#define MF_SPACE_TO_BATCH_PORTABLE_H

/* A block's size along spatial dimension d: at least 1, and no more than there are batches. */
MF_KERNEL int32_t mf_space_to_batch_block(const void *block, int32_t d,
                                          const MF_ROM mf_space_to_batch_params *p) {
  const int32_t size = d < p->spatial ? mf_index(block, d, p->block_bytes, p->out_n + 1) : 1;
  return size < 1 ? 1 : size;
}

/* Fills a picture of the output with every step_y-th row and step_x-th pixel from (y, x) on. */
MF_KERNEL uint8_t *mf_space_to_batch_picture(const uint8_t *picture, int32_t y, int32_t x,
                                             int32_t step_y, int32_t step_x, uint8_t *to,
                                             const MF_ROM mf_space_to_batch_params *p) {
  const size_t bytes = (size_t)p->pixel_bytes;
  for (int32_t j = 0; j < p->out_h; j++, y += step_y) {
    const int has_row = y >= 0 && y < p->in_h;
    const uint8_t *row = has_row ? picture + (size_t)y * (size_t)p->in_w * bytes : picture;
    int32_t at = x;
    for (int32_t i = 0; i < p->out_w; i++, at += step_x, to += bytes) {
      if (has_row && at >= 0 && at < p->in_w)
        memcpy(to, row + (size_t)at * bytes, bytes);
      else
        memset(to, (int)p->value, bytes);
    }
  }
  return to;
}

MF_ENTRY void mf_space_to_batch(const void *in, const void *block, const void *paddings, void *out,
                                const MF_ROM mf_space_to_batch_params *p) {
  const int32_t step_y = mf_space_to_batch_block(block, 0, p);
  const int32_t step_x = mf_space_to_batch_block(block, 1, p);
  const int32_t top = mf_index(paddings, 0, p->margin_bytes, p->out_h * step_y);
  const int32_t left =
      p->spatial > 1 ? mf_index(paddings, 2, p->margin_bytes, p->out_w * step_x) : 0;
  const size_t bytes = (size_t)p->in_h * (size_t)p->in_w * (size_t)p->pixel_bytes;
  uint8_t *to = (uint8_t *)out;
  for (int32_t n = 0; n < p->out_n; n++) {
    const uint8_t *picture = (const uint8_t *)in + (size_t)(n % p->in_n) * bytes;
    const int32_t pixel = n / p->in_n, y = pixel / step_x - top, x = pixel % step_x - left;
    to = mf_space_to_batch_picture(picture, y, x, step_y, step_x, to, p);
  }
}

#endif
