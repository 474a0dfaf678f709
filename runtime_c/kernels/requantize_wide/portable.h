/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* requantize_wide in plain C. */
#ifndef MF_REQUANTIZE_WIDE_PORTABLE_H
#define MF_REQUANTIZE_WIDE_PORTABLE_H

MF_KERNEL int32_t mf_requantize_wide_load(const void *in, int32_t i, int32_t bytes) {
  if (bytes == 1) return ((const int8_t *)in)[i];
  if (bytes == 2) return ((const int16_t *)in)[i];
  return ((const int32_t *)in)[i];
}

MF_KERNEL void mf_requantize_wide_store(void *out, int32_t i, int32_t bytes, int32_t value) {
  if (bytes == 1)
    ((int8_t *)out)[i] = (int8_t)value;
  else if (bytes == 2)
    ((int16_t *)out)[i] = (int16_t)value;
  else
    ((int32_t *)out)[i] = value;
}

MF_ENTRY void mf_requantize_wide(const void *in, void *out,
                                 const MF_ROM mf_requantize_wide_params *p) {
  for (int32_t i = 0; i < p->count; i++) {
    const int32_t x = mf_requantize_wide_load(in, i, p->in_bytes);
    const int32_t steps = mf_wrapping_add(x, p->in_offset);
    const int32_t scaled = mf_requantise(steps, p->multiplier, p->shift);
    const int32_t value =
        mf_clamp(mf_wrapping_add(scaled, p->out_zero_point), p->out_min, p->out_max);
    mf_requantize_wide_store(out, i, p->out_bytes, value);
  }
}

#endif
