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

/* The outputs o to o + n of as many sums, 1 or more, by the tables of the layer's parameters; `step`: 0 where multiplier
   and shift are the same for all. */
#if MF_AVR_LOOPS
#define MF_LAYER_OUTPUTS_S8(sum, out, o, n, step, p)                                               \
  mf_outputs_run_s8((sum), (out) + (o), (int)(n), (p)->bias + (o), (p)->multiplier + (o) * (step), \
                    (p)->shift + (o) * (step),                                                     \
                    (mf_output_range){(int8_t)(step), (int8_t)(p)->out_zero_point,                 \
                                      (int8_t)(p)->out_min, (int8_t)(p)->out_max})
#else
#define MF_LAYER_OUTPUTS_S8(sum, out, o, n, step, p)                                             \
  for (int i = 0, at = (int)(o); i < (n); i++, at++)                                             \
  (out)[at] =                                                                                    \
      mf_layer_output_s8(mf_wrapping_add((sum)[i], (p)->bias[at]), (p)->multiplier[at * (step)], \
                         (p)->shift[at * (step)], (p)->out_zero_point, (p)->out_min, (p)->out_max)
#endif

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
