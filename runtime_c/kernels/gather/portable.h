/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* gather in plain C. */
#ifndef MF_GATHER_PORTABLE_H
#define MF_GATHER_PORTABLE_H

/* The row within a slice that `dims` indices from `position` on stand for. */
MF_KERNEL int32_t mf_gather_row(const void *indices, int32_t position,
                                const MF_ROM mf_gather_params *p) {
  int32_t row = 0;
  for (int32_t d = 0; d < p->dims; d++)
    row = row * p->size[d] + mf_index(indices, position + d, p->index_bytes, p->size[d]);
  return row;
}

MF_ENTRY void mf_gather(const void *in, const void *indices, void *out,
                        const MF_ROM mf_gather_params *p) {
  const uint8_t *slice = (const uint8_t *)in;
  uint8_t *to = (uint8_t *)out;
  ptrdiff_t slice_bytes = (ptrdiff_t)p->row_bytes;
  for (int32_t d = 0; d < p->dims; d++) slice_bytes *= (ptrdiff_t)p->size[d];
  for (int32_t s = 0; s < p->batches * p->outer; s++, slice += slice_bytes) {
    const int32_t batch = s / p->outer;
    for (int32_t k = 0; k < p->count; k++, to += p->row_bytes) {
      const int32_t row = mf_gather_row(indices, (batch * p->count + k) * p->dims, p);
      memcpy(to, slice + (ptrdiff_t)row * p->row_bytes, (size_t)p->row_bytes);
    }
  }
}

#endif
