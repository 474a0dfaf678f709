/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fft_load in plain C. */
#ifndef MF_FFT_LOAD_PORTABLE_H
#define MF_FFT_LOAD_PORTABLE_H

/* Puts complex value i of a transform to its place. */
MF_KERNEL void mf_fft_load_one(const uint8_t *in, uint8_t *out, int32_t i,
                               const MF_ROM mf_fft_load_params *p) {
  const ptrdiff_t from = (ptrdiff_t)i * (ptrdiff_t)p->pair_bytes;
  const ptrdiff_t left = (ptrdiff_t)p->in_bytes - from;
  const size_t pair = (size_t)p->pair_bytes;
  const size_t given = left <= 0 ? 0 : (left < p->pair_bytes ? (size_t)left : pair);
  const int32_t place = mf_fft_place(i, p->stages, p->radices, p->reaches);
  uint8_t *const to = out + (ptrdiff_t)place * (ptrdiff_t)p->pair_bytes;
  if (given > 0) memcpy(to, in + from, given);
  if (given < pair) memset(to + given, 0, pair - given);
}

MF_ENTRY void mf_fft_load(const void *in, void *out, const MF_ROM mf_fft_load_params *p) {
  const uint8_t *row = (const uint8_t *)in;
  uint8_t *to = (uint8_t *)out;
  for (int32_t r = 0; r < p->rows; r++, row += p->in_bytes, to += p->out_bytes)
    for (int32_t i = 0; i < p->count; i++) mf_fft_load_one(row, to, i, p);
}

#endif
