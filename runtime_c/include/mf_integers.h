/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_integers.h: integers whose size is known at run time. Include mf_port.h first. */
#ifndef MF_INTEGERS_H
#define MF_INTEGERS_H

/* Element i of integers of 1, 2 or 4 bytes: its 32 bits, with the sign's in front where it is signed. */
MF_KERNEL uint32_t mf_load(const void *in, int32_t i, int32_t bytes, int is_signed) {
  if (bytes == 4) return ((const uint32_t *)in)[i];
  if (bytes == 2) {
    const int32_t wide = ((const int16_t *)in)[i];
    return is_signed ? (uint32_t)wide : ((const uint16_t *)in)[i];
  }
  return is_signed ? (uint32_t)(int32_t)((const int8_t *)in)[i] : ((const uint8_t *)in)[i];
}

/* Writes the lower bits of `value` to element i of such integers. */
MF_KERNEL void mf_store(void *out, int32_t i, int32_t bytes, uint32_t value) {
  if (bytes == 4)
    ((uint32_t *)out)[i] = value;
  else if (bytes == 2)
    ((uint16_t *)out)[i] = (uint16_t)value;
  else
    ((uint8_t *)out)[i] = (uint8_t)value;
}

#endif
