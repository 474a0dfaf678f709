/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Functions that make rows on demand, as code generation writes them: of each kind that
   microflow/plan/routines.py tells apart, some with several strides (the digits in their names). What they
   call is elsewhere, so that the compiler knows nothing of it. Compiled by measure_kernels.py. */
#include "mf_port.h"
/* the others need it */
#include "mf_kernel.h"
/* and this one needs both */
#include "mf_band.h"

typedef struct {
  uint8_t first; /* seldom the one that is meant */
  uint8_t a;
  uint8_t b;
  uint8_t c;
  uint8_t a_slot;
  uint8_t b_slot;
  uint8_t c_slot;
} rings;

extern uint8_t arena[];
extern const MF_ROM int8_t p[];

void pull(rings *band, int last);
void k_rows(const int8_t *const *rows, int8_t *out, int32_t n, const MF_ROM void *params);
void k_scratch_rows(const int8_t *const *rows, int8_t *out, int32_t n, void *scratch,
                    const MF_ROM void *params);
void k(const int8_t *a, const int8_t *b, int8_t *out, const MF_ROM void *params);
void k_raise(const int8_t *row, int8_t *out, const MF_ROM void *params);
void k_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
           const MF_ROM void *params);
void probe(rings *band, int last);

/* Where rows are read: at one place, in a ring. */
#define IN      MF_AT(int8_t, arena, 292)
#define TURN(r) band->r##_slot - band->r
#define OF(r)   MF_AT(int8_t, arena, 964) + (ptrdiff_t)mf_ring_slot(TURN(r), 5, y) * 320
/* Where a row is written: to a ring, to one place, to a tensor. */
#define SLOT  MF_AT(int8_t, arena, 4852) + (ptrdiff_t)band->b_slot * 320
#define ONE   MF_AT(int8_t, arena, 9132)
#define PLACE MF_AT(int8_t, arena, 12288) + (ptrdiff_t)y * 448

#define PULL(name, room, from, compute, advance)    \
  MF_ENTRY void name(rings *band, int last) {       \
    room;                                           \
    for (int y = band->b; y <= last; y = band->b) { \
      from;                                         \
      compute;                                      \
      band->b++;                                    \
      advance;                                      \
    }                                               \
  }
#define TURN_3 \
  if (++band->b_slot == 3) band->b_slot = 0
#define DRIVE(name, room, from, compute) \
  MF_ENTRY void name(rings *band) {      \
    room;                                \
    for (int y = 0; y < 25; y++) {       \
      from;                              \
      compute;                           \
    }                                    \
  }
#define PULLS(name, room, from, compute)               \
  PULL(name##_slot, room, from, compute(SLOT), TURN_3) \
  PULL(name##_one, room, from, compute(ONE), )         \
  DRIVE(name##_place, room, from, compute(PLACE))      \
  void use_##name(rings *band, int last);              \
  void use_##name(rings *band, int last) {             \
    name##_slot(band, last), name##_one(band, last);   \
    name##_place(band);                                \
  }

#define ROWS        const int8_t *rows[3]
#define ONE_ROW     const int8_t *rows[1]
#define ROW(out)    k_rows(rows, out, 1, p)
#define BESIDE(out) k_scratch_rows(rows, out, 1, MF_AT(void, arena, 19456), p)
#define RING(s, pad, slots, elements, height)       \
  pull(band, mf_least(y *s + 2 - pad, height - 1)); \
  mf_point_ring_s8(rows, IN, TURN(a), slots, elements, height, 3, y *s - pad, 1)
#define WHOLE(s, elements, height) mf_point_rows_s8(rows, IN, elements, height, 3, y *s - 1, 1)
#define ADD(from)                  k_add(from, (int32_t)y * 320, 320, MF_AT(int32_t, arena, 16), p)

PULLS(ring, ROWS, RING(1, 1, 3, 320, 25), ROW)
PULLS(strided, ROWS, RING(2, 0, 5, 768, 48), ROW)
PULLS(whole, ROWS, WHOLE(1, 40, 49), ROW)
PULLS(whole2, ROWS, WHOLE(2, 288, 96), ROW)
PULLS(row, ONE_ROW, pull(band, y); rows[0] = IN, ROW)
PULLS(pick, ONE_ROW, pull(band, y * 2); rows[0] = OF(a), ROW)
PULLS(ring_scratch, ROWS, RING(1, 1, 3, 320, 25), BESIDE)
PULLS(strided_scratch, ROWS, RING(2, 0, 5, 768, 48), BESIDE)
PULLS(whole_scratch, ROWS, WHOLE(1, 40, 49), BESIDE)
PULLS(whole2_scratch, ROWS, WHOLE(2, 288, 96), BESIDE)
PULLS(row_scratch, ONE_ROW, pull(band, y); rows[0] = IN, BESIDE)
PULLS(pick_scratch, ONE_ROW, pull(band, y * 2); rows[0] = OF(a), BESIDE)
#define PLAIN(out) k(IN, ONE, out, p)
PULLS(plain, , pull(band, y); pull(band, y), PLAIN)
#define MIXED(out) k(IN, OF(a), out, p)
PULLS(mixed, , pull(band, y); pull(band, y), MIXED)
#define BOTH(out) k(OF(c), OF(a), out, p)
PULLS(mixed2, , pull(band, y); pull(band, y), BOTH)
#define RAISE(row, point, out)                               \
  const int top = y * 2;                                     \
  for (int k = band->a; k <= mf_least(y * 2 + 1, 23); k++) { \
    pull(band, k);                                           \
    if (k == top) point;                                     \
    if (k == top) k_rows(rows, out, 1, p);                   \
    if (k > top) k_raise(row, out, p);                       \
  }
#define RAISE_RING(out) RAISE(IN, mf_point_ring_s8(rows, IN, -band->a, 1, 320, 24, 3, k, 24), out)
#define RAISE_WHOLE(out) \
  RAISE(IN + (ptrdiff_t)k * 320, mf_point_rows_s8(rows, IN, 320, 24, 3, k, 24), out)
PULLS(raise, ROWS, (void)0, RAISE_RING)
PULLS(raise2, ROWS, (void)0, RAISE_WHOLE)
DRIVE(sink, , pull(band, y), ADD(IN))
DRIVE(sink2, , pull(band, y), ADD(OF(a)))

void probe(rings *band, int last) {
  (void)last;
  sink(band), sink2(band);
}
