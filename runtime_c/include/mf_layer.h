/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_layer.h: the int8 output of a layer's sum, as TensorFlow Lite Micro makes it. Other profiles may have a
   header of this name in its place. Include mf_kernel.h first. */
#ifndef MF_LAYER_H
#define MF_LAYER_H

/* Whether sums are multiplied and shifted, both rounded, as mf_output_s8 does. */
#define MF_LAYER_ROUNDS_TWICE 1

/* `multiplier` and `shift` are entries of the layer's tables; as for mf_output_s8. */
MF_KERNEL int8_t mf_layer_output_s8(int32_t sum, int32_t multiplier, int32_t shift,
                                    int32_t zero_point, int32_t low, int32_t high) {
  return mf_output_s8(sum, multiplier, shift, zero_point, low, high);
}

/* The same before zero point and clamp. */
MF_KERNEL int32_t mf_layer_scaled(int32_t sum, int32_t multiplier, int32_t shift) {
  return mf_requantise(sum, multiplier, shift);
}

/* The same of a shift to the right, in steps that are alike for all sums: loops of it become vectors. Both roundings
   are those of magnitudes, of which the first takes ties of sums below zero down. `factor` is 2^(31 + shift). */
MF_KERNEL uint32_t mf_layer_factor(int32_t shift) { return (uint32_t)1 << (31 + shift); }

MF_KERNEL int32_t mf_layer_product(int32_t sum, int32_t multiplier, uint32_t factor) {
  const uint32_t below = (uint32_t)(sum >> 31), size = ((uint32_t)sum ^ below) - below;
  const uint64_t half = (uint64_t)1 << 30;
  const uint64_t product = (uint64_t)size * (uint32_t)multiplier + half - (below & 1);
  const uint32_t scaled = (uint32_t)(((uint64_t)(uint32_t)(product >> 31) * factor + half) >> 31);
  return (int32_t)((scaled ^ below) - below);
}

#endif
