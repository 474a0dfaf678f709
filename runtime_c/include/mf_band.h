/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_band.h: rings of rows, for layers that run row by row. Include mf_kernel.h first.
   Rows are counted in int, which has 16 bits on 8-bit cores: the planner sees to it that this is enough. */
#ifndef MF_BAND_H
#define MF_BAND_H

MF_KERNEL int mf_least(int a, int b) { return a < b ? a : b; }
MF_KERNEL int mf_most(int a, int b) { return a > b ? a : b; }

/* The slot of row y in a ring of the last `slots` rows. `turn` is the slot where the next row goes
   less the number of that row. */
MF_KERNEL int mf_ring_slot(int turn, int slots, int y) {
  const int slot = turn + y;
  return slot < 0 ? slot + slots : slot;
}

/* Points `rows` at `count` rows of a picture of `height` rows with `elements` each: rows first,
   first + step and so on, null where outside. They are in a ring with slots at `memory`. */
MF_ENTRY void mf_point_ring_s8(const int8_t **rows, const int8_t *memory, int turn, int slots,
                               ptrdiff_t elements, int height, int count, int first, int step) {
  for (int k = 0, y = first; k < count; k++, y += step)
    rows[k] = y < 0 || y >= height ? NULL : memory + mf_ring_slot(turn, slots, y) * elements;
}

MF_ENTRY void mf_point_ring_s16(const int16_t **rows, const int16_t *memory, int turn, int slots,
                                ptrdiff_t elements, int height, int count, int first, int step) {
  for (int k = 0, y = first; k < count; k++, y += step)
    rows[k] = y < 0 || y >= height ? NULL : memory + mf_ring_slot(turn, slots, y) * elements;
}

MF_ENTRY void mf_point_ring_f32(const float **rows, const float *memory, int turn, int slots,
                                ptrdiff_t elements, int height, int count, int first, int step) {
  for (int k = 0, y = first; k < count; k++, y += step)
    rows[k] = y < 0 || y >= height ? NULL : memory + mf_ring_slot(turn, slots, y) * elements;
}

#endif
