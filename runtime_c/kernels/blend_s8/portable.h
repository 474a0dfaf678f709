/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* blend_s8 in plain C. */
#ifndef MF_BLEND_S8_PORTABLE_H
#define MF_BLEND_S8_PORTABLE_H

/* x * factor / 2^8, rounded to nearest, ties up: of the factor's lowest byte alone where products have 32 bits. */
MF_KERNEL int32_t mf_blend_s8_product(int8_t x, int32_t factor) {
  if (!MF_LONG_PRODUCTS) return x * (factor >> 8) + ((x * (factor & 255) + 128) >> 8);
  return (int32_t)(((int64_t)x * factor + 128) >> 8);
}

MF_ENTRY void mf_blend_s8(const int8_t *a, const int8_t *b, int8_t *out,
                          const MF_ROM mf_blend_s8_params *p) {
  for (int32_t i = 0; i < p->count; i++) {
    const int32_t first = p->offset + mf_blend_s8_product(a[i], p->a_factor);
    const int32_t sum = first + mf_blend_s8_product(b[i], p->b_factor);
    out[i] = (int8_t)mf_clamp(sum >> 21, -128, 127);
  }
}

#endif
