/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* strided_slice in plain C. */
#ifndef MF_STRIDED_SLICE_PORTABLE_H
#define MF_STRIDED_SLICE_PORTABLE_H

/* Where a slice starts, in bytes from the input's start. */
MF_KERNEL int32_t mf_strided_slice_start(int32_t slice, const MF_ROM mf_strided_slice_params *p) {
  int32_t start = p->in_offset;
  for (int32_t d = p->dims - 1; d >= 0; d--) {
    start += slice % p->count[d] * p->step[d];
    slice /= p->count[d];
  }
  return start;
}

MF_ENTRY void mf_strided_slice(const void *in, void *out, const MF_ROM mf_strided_slice_params *p) {
  uint8_t *to = (uint8_t *)out;
  for (int32_t s = 0; s < p->slices; s++) {
    const uint8_t *from = (const uint8_t *)in + mf_strided_slice_start(s, p);
    for (int32_t r = 0; r < p->rows; r++, to += p->row_bytes)
      memcpy(to, from + (ptrdiff_t)r * p->in_step, (size_t)p->row_bytes);
  }
}

#endif
