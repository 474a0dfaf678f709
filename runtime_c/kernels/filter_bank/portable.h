/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* filter_bank in plain C. */
#ifndef MF_FILTER_BANK_PORTABLE_H
#define MF_FILTER_BANK_PORTABLE_H

/* Adds the inputs by their weights. Sums wrap, as the reference's do. */
MF_INNER uint64_t mf_filter_bank_sum(const uint32_t *in, const MF_ROM int16_t *weights,
                                     int32_t count, uint64_t sum) {
  for (int32_t i = 0; i < count; i++) sum += (uint64_t)((int64_t)in[i] * weights[i]);
  return sum;
}

MF_ENTRY void mf_filter_bank(const uint32_t *in, uint64_t *out,
                             const MF_ROM mf_filter_bank_params *p) {
  uint64_t given = 0;
  for (int32_t c = 0; c <= p->channels; c++) {
    const uint32_t *const x = in + p->first_inputs[c];
    const ptrdiff_t at = p->first_weights[c];
    const int32_t width = p->widths[c];
    if (c > 0) out[c - 1] = mf_filter_bank_sum(x, p->weights + at, width, given);
    given = mf_filter_bank_sum(x, p->unweights + at, width, 0);
  }
}

#endif
