/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_band.h: rings of rows, for layers that run row by row. Include mf_kernel.h first.
   Rows are counted in int, which has 16 bits on 8-bit cores: the planner sees to it that this is enough. */
#ifndef MF_BAND_H
#define MF_BAND_H

/* A ring that holds the last rows of a picture. */
typedef struct {
  int16_t next; /* the row that is made next, 0 or more: as many have been made */
  int16_t slot; /* where it goes, 0 to the ring's slots - 1 */
} mf_ring;

MF_KERNEL int mf_least(int a, int b) { return a < b ? a : b; }
MF_KERNEL int mf_most(int a, int b) { return a > b ? a : b; }

/* The next row has been made. */
MF_KERNEL void mf_ring_advance(mf_ring *ring, int slots) {
  ring->next++;
  ring->slot = (int16_t)(ring->slot + 1 == slots ? 0 : ring->slot + 1);
}

/* The slot of row y, which is one of the last `slots` rows. */
MF_KERNEL int mf_ring_slot(const mf_ring *ring, int slots, int y) {
  const int slot = ring->slot - (ring->next - y);
  return slot < 0 ? slot + slots : slot;
}

/* Points `rows` at `count` rows of a picture of `height` rows with `elements` each: rows first,
   first + step and so on, null where outside. `memory` holds the ring's slots. */
MF_ENTRY void mf_point_ring_s8(const int8_t **rows, const int8_t *memory, const mf_ring *ring,
                               int slots, ptrdiff_t elements, int height, int count, int first,
                               int step) {
  for (int k = 0, y = first; k < count; k++, y += step)
    rows[k] = y < 0 || y >= height ? NULL : memory + mf_ring_slot(ring, slots, y) * elements;
}

MF_ENTRY void mf_point_ring_f32(const float **rows, const float *memory, const mf_ring *ring,
                                int slots, ptrdiff_t elements, int height, int count, int first,
                                int step) {
  for (int k = 0, y = first; k < count; k++, y += step)
    rows[k] = y < 0 || y >= height ? NULL : memory + mf_ring_slot(ring, slots, y) * elements;
}

#endif
