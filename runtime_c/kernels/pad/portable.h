/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* pad in plain C. */
#ifndef MF_PAD_PORTABLE_H
#define MF_PAD_PORTABLE_H

/* Tells whether an output row holds data, not padding throughout. */
MF_KERNEL int mf_pad_has_data(int32_t row, const MF_ROM mf_pad_params *p) {
  for (int32_t d = p->dims - 1; d >= 0; d--) {
    const int32_t index = row % p->total[d] - p->start[d];
    if (index < 0 || index >= p->count[d]) return 0;
    row /= p->total[d];
  }
  return 1;
}

MF_KERNEL uint8_t *mf_pad_fill(uint8_t *out, int32_t bytes, const MF_ROM mf_pad_params *p) {
  memset(out, p->value, (size_t)bytes);
  return out + bytes;
}

MF_ENTRY void mf_pad(const void *in, void *out, const MF_ROM mf_pad_params *p) {
  const uint8_t *from = (const uint8_t *)in;
  uint8_t *to = (uint8_t *)out;
  for (int32_t r = 0; r < p->rows; r++) {
    to = mf_pad_fill(to, p->before, p);
    if (mf_pad_has_data(r, p)) {
      memmove(to, from, (size_t)p->row_bytes);
      from += p->row_bytes;
      to += p->row_bytes;
    } else {
      to = mf_pad_fill(to, p->row_bytes, p);
    }
    to = mf_pad_fill(to, p->after, p);
  }
}

#endif
