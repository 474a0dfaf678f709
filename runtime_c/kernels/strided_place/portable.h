/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* strided_place in plain C. */
#ifndef MF_STRIDED_PLACE_PORTABLE_H
#define MF_STRIDED_PLACE_PORTABLE_H

/* Where a slice starts, in bytes from the output's start. */
MF_KERNEL int32_t mf_strided_place_start(int32_t slice, const MF_ROM mf_strided_place_params *p) {
  int32_t start = p->out_offset;
  for (int32_t d = p->dims - 1; d >= 0; d--) {
    start += slice % p->count[d] * p->step[d];
    slice /= p->count[d];
  }
  return start;
}

MF_ENTRY void mf_strided_place(const void *in, void *out, const MF_ROM mf_strided_place_params *p) {
  const uint8_t *from = (const uint8_t *)in;
  for (int32_t s = 0; s < p->slices; s++) {
    uint8_t *to = (uint8_t *)out + mf_strided_place_start(s, p);
    for (int32_t r = 0; r < p->rows; r++, from += p->row_bytes)
      memcpy(to + (ptrdiff_t)r * p->out_step, from, (size_t)p->row_bytes);
  }
}

#endif
