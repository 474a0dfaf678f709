/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_pcan.h: amplifying and compressing a channel, wherever the table of gains lies. */
#ifndef MF_PCAN_H
#define MF_PCAN_H

/* How many bits are behind the leading one. */
MF_KERNEL int32_t mf_pcan_bits(uint32_t x) {
  int32_t bits = 0;
  while (x >> bits > 1) bits++;
  return bits;
}

/* The gain at x, on a parabola over the numbers of as many bits. Of what is behind the leading one, ten bits count. */
MF_KERNEL int16_t mf_pcan_curve(uint32_t x, int32_t bits, int16_t start, int16_t slope,
                                int16_t bend) {
  const int32_t part = (int32_t)((bits < 10 ? x << (10 - bits) : x >> (bits - 10)) & 1023u);
  int32_t sum = (int32_t)bend * part >> 5;
  sum = mf_wrapping_add(sum, (int32_t)((uint32_t)slope << 5));
  sum = (int32_t)((uint32_t)sum * (uint32_t)part);
  return (int16_t)((mf_wrapping_add(sum, 1 << 14) >> 15) + start);
}

/* Channel x times its gain, compressed: x^2 / 4 below 2, x - 1 from there on. The product has 12 fractional bits, the
   result 6. */
MF_KERNEL uint32_t mf_pcan_output(uint32_t x, int16_t gain, int32_t shift) {
  const uint32_t factor = (uint32_t)(int32_t)gain; /* negative ones wrap, as in the reference */
  const uint32_t product = (uint32_t)((uint64_t)x * factor >> shift);
  return product < (uint32_t)2 << 12 ? product * product >> 20 : (product >> 6) - 64u;
}

#endif
