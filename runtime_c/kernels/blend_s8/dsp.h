/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* blend_s8 with Arm's DSP extension: four elements at a time. */
/* Needs mf_acle.h. */
#ifndef MF_BLEND_S8_DSP_H
#define MF_BLEND_S8_DSP_H

/* x / 2^21, rounded down, within -128 to 127. */
MF_KERNEL int32_t mf_blend_s8_narrow(int32_t a) {
  MF_ONE(int32_t, "ssat %0, #8, %1, asr #21", mf_ssat8(a >> 21));
}

/* An element of a and one of b, each the highest byte of a word without others. */
MF_KERNEL uint32_t mf_blend_s8_one(uint32_t a, uint32_t b, int32_t f, int32_t g, int32_t offset) {
  const int32_t sum = mf_smmlar((int32_t)b, g, mf_smmlar((int32_t)a, f, offset));
  return (uint32_t)mf_blend_s8_narrow(sum);
}

MF_ENTRY void mf_blend_s8(const int8_t *a, const int8_t *b, int8_t *out,
                          const MF_ROM mf_blend_s8_params *p) {
  const int32_t f = p->a_factor, g = p->b_factor, offset = p->offset;
  const uint32_t high = 0xff000000u;
  const int8_t *end = a + p->count, *whole = end - (p->count & 3);
  for (; a != whole; a += 4, b += 4, out += 4) {
    const uint32_t x = mf_load32(a), y = mf_load32(b), u = mf_rev16(x), v = mf_rev16(y);
    const uint32_t first = mf_blend_s8_one(x << 24, y << 24, f, g, offset);
    const uint32_t second = mf_blend_s8_one(u << 24, v << 24, f, g, offset);
    const uint32_t third = mf_blend_s8_one(u & high, v & high, f, g, offset);
    const uint32_t fourth = mf_blend_s8_one(x & high, y & high, f, g, offset);
    mf_store32(out, mf_bytes(first, second, third, fourth));
  }
  for (; a != end; a++, b++)
    *out++ = (int8_t)mf_blend_s8_one((uint32_t)*a << 24, (uint32_t)*b << 24, f, g, offset);
}

#endif
