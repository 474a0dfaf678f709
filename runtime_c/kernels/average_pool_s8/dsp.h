/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* average_pool_s8 with Arm's DSP extension: four channels side by side. */
/* Needs mf_acle.h and mf_fours.h. */
#ifndef MF_AVERAGE_POOL_S8_DSP_H
#define MF_AVERAGE_POOL_S8_DSP_H

/* The part of a window that lies inside the picture, and what makes its sums outputs. */
typedef struct {
  int32_t offset; /* of its first column in a row */
  int32_t columns;
  int32_t count; /* of pixels */
  int32_t added; /* to a sum: p->offset for every pixel */
  int32_t low;
  int32_t high;
} mf_average_pool_s8_part;

MF_KERNEL mf_average_pool_s8_part mf_average_pool_s8_of(int32_t offset, int32_t columns,
                                                        int32_t rows,
                                                        const MF_ROM mf_average_pool_s8_params *p) {
  const int32_t count = rows * columns, low = p->out_min + p->offset, high = p->out_max + p->offset;
  const mf_average_pool_s8_part made = {offset, columns, count, p->offset * count, low, high};
  return made;
}

/* The output of a sum: sum / count, rounded to nearest, ties away from -offset, clamped. */
MF_KERNEL int8_t mf_average_pool_s8_output(int32_t sum, const mf_average_pool_s8_part *w,
                                           int32_t offset) {
  const int32_t moved = sum + w->added, half = w->count >> 1;
  const int32_t mean = (moved > 0 ? moved + half : moved - half) / w->count;
  return (int8_t)(mf_clamp(mean, w->low, w->high) - offset);
}

/* Computes four channels from c on, whose sums fit halves. */
MF_KERNEL void mf_average_pool_s8_four(const int8_t *const *rows, const mf_average_pool_s8_part *w,
                                       int32_t c, int8_t *out,
                                       const MF_ROM mf_average_pool_s8_params *p) {
  const int32_t channels = p->channels, offset = p->offset;
  int32_t sums[MF_FOUR] = {0, 0, 0, 0};
  mf_fours four = {0, 0};
  for (const int8_t *const *end = rows + p->kernel_h; rows != end; rows++)
    if (*rows != NULL) mf_fours_add(&four, *rows + w->offset + c, w->columns, channels);
  mf_fours_flush(&four, sums);
  for (int32_t i = 0; i < MF_FOUR; i++) out[c + i] = mf_average_pool_s8_output(sums[i], w, offset);
}

/* Computes one channel. */
MF_KERNEL void mf_average_pool_s8_one(const int8_t *const *rows, const mf_average_pool_s8_part *w,
                                      int32_t c, int8_t *out,
                                      const MF_ROM mf_average_pool_s8_params *p) {
  int32_t sum = 0;
  for (int32_t k = 0; k < p->kernel_h; k++)
    for (int32_t i = 0; rows[k] != NULL && i < w->columns; i++)
      sum += rows[k][w->offset + i * p->channels + c];
  out[c] = mf_average_pool_s8_output(sum, w, p->offset);
}

/* Computes the pixel whose window begins at x0. */
MF_KERNEL void mf_average_pool_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                        const MF_ROM mf_average_pool_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
  const int32_t columns = inside.end - inside.first, channels = p->channels;
  int32_t c = 0, there = 0;
  for (int32_t k = 0; k < p->kernel_h; k++) there += rows[k] != NULL;
  const mf_average_pool_s8_part w =
      mf_average_pool_s8_of((x0 + inside.first) * channels, columns, there, p);
  if (w.count <= MF_FOURS_RUN)
    for (; c + MF_FOUR <= channels; c += MF_FOUR) mf_average_pool_s8_four(rows, &w, c, out, p);
  for (; c < channels; c++) mf_average_pool_s8_one(rows, &w, c, out, p);
}

MF_PICTURE_ROWS(average_pool_s8, int8_t, p->channels)

MF_ENTRY void mf_average_pool_s8_begin(int32_t *sums, const MF_ROM mf_average_pool_s8_params *p) {
  memset(sums, 0, (size_t)p->channels * sizeof *sums);
}

MF_ENTRY void mf_average_pool_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                                     const MF_ROM mf_average_pool_s8_params *p) {
  (void)first;
  mf_fours_pixels(in, count / p->channels, p->channels, sums);
}

MF_ENTRY void mf_average_pool_s8_end(const int32_t *sums, int8_t *out,
                                     const MF_ROM mf_average_pool_s8_params *p) {
  const int32_t channels = p->channels, offset = p->offset;
  const mf_average_pool_s8_part w = mf_average_pool_s8_of(0, p->in_w, p->in_h, p);
  for (int32_t c = 0; c < channels; c++) out[c] = mf_average_pool_s8_output(sums[c], &w, offset);
}

#endif
