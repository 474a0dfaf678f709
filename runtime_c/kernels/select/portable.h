/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* select in plain C. */
#ifndef MF_SELECT_PORTABLE_H
#define MF_SELECT_PORTABLE_H

/* Writes a run and returns where the next begins. */
MF_KERNEL uint8_t *mf_select_run(const uint8_t *c, const uint8_t *a, const uint8_t *b, uint8_t *to,
                                 const MF_ROM mf_select_params *p) {
  const ptrdiff_t unit = (ptrdiff_t)p->unit, c_step = (ptrdiff_t)p->c_step;
  const ptrdiff_t a_step = (ptrdiff_t)p->a_step * unit, b_step = (ptrdiff_t)p->b_step * unit;
  for (int32_t i = 0; i < p->count; i++, c += c_step, a += a_step, b += b_step, to += unit) {
    const uint8_t *from = *c ? a : b;
    if (unit == 1)
      *to = *from;
    else
      memmove(to, from, (size_t)unit);
  }
  return to;
}

MF_ENTRY void mf_select(const uint8_t *c, const void *a, const void *b, void *out,
                        const MF_ROM mf_select_params *p) {
  const ptrdiff_t unit = (ptrdiff_t)p->unit;
  uint8_t *to = (uint8_t *)out;
  for (int32_t run = 0; run < p->runs; run++) {
    const uint8_t *at_c = c + mf_run_offset(run, p->outer, p->extents, p->c_strides);
    const ptrdiff_t at_a = mf_run_offset(run, p->outer, p->extents, p->a_strides) * unit;
    const ptrdiff_t at_b = mf_run_offset(run, p->outer, p->extents, p->b_strides) * unit;
    to = mf_select_run(at_c, (const uint8_t *)a + at_a, (const uint8_t *)b + at_b, to, p);
  }
}

#endif
