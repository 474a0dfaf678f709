/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* strided_slice in plain C. */
#ifndef MF_STRIDED_SLICE_PORTABLE_H
#define MF_STRIDED_SLICE_PORTABLE_H

/* Where a slice along the first `dims` dimensions starts, in bytes from the input's start. */
MF_KERNEL int32_t mf_strided_slice_start(int32_t slice, int32_t dims,
                                         const MF_ROM mf_strided_slice_params *p) {
  int32_t start = p->in_offset;
  for (int32_t d = dims - 1; d >= 0; d--) {
    start += slice % p->count[d] * p->step[d];
    slice /= p->count[d];
  }
  return start;
}

/* Copies the rows of a slice. Single elements of one or four bytes cost no call each. */
MF_KERNEL void mf_strided_slice_rows(const uint8_t *from, uint8_t *to, int32_t rows, int32_t bytes,
                                     int32_t step) {
  if (bytes == 1) {
    for (int32_t r = 0; r < rows; r++) to[r] = from[(ptrdiff_t)r * step];
  } else if (bytes == 4) {
    for (int32_t r = 0; r < rows; r++, to += 4) memcpy(to, from + (ptrdiff_t)r * step, 4);
  } else {
    for (int32_t r = 0; r < rows; r++, to += bytes)
      memcpy(to, from + (ptrdiff_t)r * step, (size_t)bytes);
  }
}

/* The slices along the last dimension follow one another without a division. */
MF_ENTRY void mf_strided_slice(const void *in, void *out, const MF_ROM mf_strided_slice_params *p) {
  const int32_t rows = p->rows, bytes = p->row_bytes, step = p->in_step, dims = p->dims;
  const int32_t last = p->count[dims - 1], by = p->step[dims - 1];
  uint8_t *to = (uint8_t *)out;
  for (int32_t s = 0, outer = 0; s < p->slices; s += last, outer++) {
    int32_t start = mf_strided_slice_start(outer, dims - 1, p);
    for (int32_t i = 0; i < last; i++, start += by, to += (ptrdiff_t)rows * bytes)
      mf_strided_slice_rows((const uint8_t *)in + start, to, rows, bytes, step);
  }
}

#endif
