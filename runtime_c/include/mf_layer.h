/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_layer.h: the int8 output of a layer's sum, as TensorFlow Lite Micro makes it. Other profiles may have a
   header of this name in its place. Include mf_kernel.h first. */
#ifndef MF_LAYER_H
#define MF_LAYER_H

/* `multiplier` and `shift` are entries of the layer's tables; as for mf_output_s8. */
MF_KERNEL int8_t mf_layer_output_s8(int32_t sum, int32_t multiplier, int32_t shift,
                                    int32_t zero_point, int32_t low, int32_t high) {
  return mf_output_s8(sum, multiplier, shift, zero_point, low, high);
}

#endif
