/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_layer.h: the int8 output of a layer's sum, as XNNPACK makes it: the sum as a float, times a scale, rounded to
   nearest, ties to even. Include mf_kernel.h first. */
#ifndef MF_LAYER_H
#define MF_LAYER_H

/* Whether sums are multiplied and shifted, both rounded, as mf_output_s8 does. */
#define MF_LAYER_ROUNDS_TWICE 0

/* 1.5 * 2^23, and its bits: floats around it are whole numbers, and so are the steps between their bits. An
   addition rounds to one of them. */
#define MF_LAYER_MIDDLE      12582912.0f
#define MF_LAYER_MIDDLE_BITS 0x4b400000

/* A layer's table of multipliers holds the bits of its scales, that of shifts nothing. The output before zero point
   and clamp. */
MF_KERNEL int32_t mf_layer_scaled(int32_t sum, int32_t scale_bits, int32_t shift) {
  float scale, nearest;
  int32_t bits;
  (void)shift;
  memcpy(&scale, &scale_bits, sizeof scale);
  nearest = mf_clamp_f32((float)sum * scale, -512.0f, 512.0f) + MF_LAYER_MIDDLE;
  memcpy(&bits, &nearest, sizeof bits);
  return bits - MF_LAYER_MIDDLE_BITS;
}

MF_KERNEL uint32_t mf_layer_factor(int32_t shift) { return (uint32_t)shift; }

MF_KERNEL int32_t mf_layer_product(int32_t sum, int32_t scale_bits, uint32_t factor) {
  return mf_layer_scaled(sum, scale_bits, (int32_t)factor);
}

MF_KERNEL int8_t mf_layer_output_s8(int32_t sum, int32_t scale_bits, int32_t shift,
                                    int32_t zero_point, int32_t low, int32_t high) {
  return (int8_t)mf_clamp(mf_layer_scaled(sum, scale_bits, shift) + zero_point, low, high);
}

#define MF_LAYER_OUTPUTS_S8(sum, out, o, n, step, p)                                             \
  for (int i = 0, at = (int)(o); i < (n); i++, at++)                                             \
  (out)[at] =                                                                                    \
      mf_layer_output_s8(mf_wrapping_add((sum)[i], (p)->bias[at]), (p)->multiplier[at * (step)], \
                         (p)->shift[at * (step)], (p)->out_zero_point, (p)->out_min, (p)->out_max)

#endif
