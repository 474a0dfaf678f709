/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* filter_bank_dynamic in plain C. */
#ifndef MF_FILTER_BANK_DYNAMIC_PORTABLE_H
#define MF_FILTER_BANK_DYNAMIC_PORTABLE_H

/* The frequencies of channel c, or none where some are not there. */
MF_KERNEL int32_t mf_filter_bank_dynamic_width(int32_t first, int32_t at, int32_t width,
                                               const MF_ROM mf_filter_bank_dynamic_params *p) {
  const int inside =
      first >= 0 && at >= 0 && width <= p->inputs - first && width <= p->weights - at;
  return inside && width > 0 ? width : 0;
}

/* Adds the inputs by their weights. Sums wrap, as the reference's do. */
MF_INNER uint64_t mf_filter_bank_dynamic_sum(const uint32_t *in, const int16_t *weights,
                                             int32_t count, uint64_t sum) {
  for (int32_t i = 0; i < count; i++) sum += (uint64_t)((int64_t)in[i] * weights[i]);
  return sum;
}

MF_ENTRY void mf_filter_bank_dynamic(const uint32_t *in, const int16_t *weights,
                                     const int16_t *unweights, const int16_t *first_inputs,
                                     const int16_t *first_weights, const int16_t *widths,
                                     uint64_t *out, const MF_ROM mf_filter_bank_dynamic_params *p) {
  uint64_t given = 0;
  for (int32_t c = 0; c <= p->channels; c++) {
    const int32_t width =
        mf_filter_bank_dynamic_width(first_inputs[c], first_weights[c], widths[c], p);
    const ptrdiff_t first = width ? first_inputs[c] : 0, at = width ? first_weights[c] : 0;
    if (c > 0) out[c - 1] = mf_filter_bank_dynamic_sum(in + first, weights + at, width, given);
    given = mf_filter_bank_dynamic_sum(in + first, unweights + at, width, 0);
  }
}

#endif
