/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* lookup_s8 for cores that read words at any address: four elements at a time. */
/* Needs mf_acle.h. */
#ifndef MF_LOOKUP_S8_THUMB2_H
#define MF_LOOKUP_S8_THUMB2_H

/* The result for byte `i` of a word. */
MF_KERNEL uint32_t mf_lookup_s8_byte(const int8_t *zero, uint32_t word, int i) {
  return (uint8_t)zero[(int8_t)(uint8_t)(word >> (8 * i))];
}

MF_ENTRY void mf_lookup_s8(const int8_t *in, int8_t *out, const MF_ROM mf_lookup_s8_params *p) {
  const int8_t *zero = p->table + 128, *end = in + p->count, *whole = end - (p->count & 3);
  for (; in != whole; in += 4, out += 4) {
    const uint32_t word = mf_load32(in);
    const uint32_t low = mf_lookup_s8_byte(zero, word, 0) | mf_lookup_s8_byte(zero, word, 1) << 8;
    const uint32_t high = mf_lookup_s8_byte(zero, word, 2) | mf_lookup_s8_byte(zero, word, 3) << 8;
    mf_store32(out, low | high << 16);
  }
  while (in != end) *out++ = zero[*in++];
}

#endif
