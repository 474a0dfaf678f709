/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_index.h: numbers that tensors hold at run time, kept within bounds. Include mf_kernel.h first. */
#ifndef MF_INDEX_H
#define MF_INDEX_H

/* The number at `position` of a tensor of indices of `bytes` each (4 or 8), which have their value at
   run time: the nearest of 0 to `limit` - 1, so that none reaches outside a tensor. limit: 1 or more. */
MF_WIDE int32_t mf_index(const void *indices, int32_t position, int32_t bytes, int32_t limit) {
  int64_t index = 0;
  if (bytes == 8)
    memcpy(&index, (const uint8_t *)indices + (ptrdiff_t)position * 8, 8);
  else
    index = ((const int32_t *)indices)[position];
  return index < 0 ? 0 : index < limit ? (int32_t)index : limit - 1;
}

/* The dimension of `rank` that the int32_t at `axis` names at run time, from the last on where negative: the nearest
   that there is. */
MF_KERNEL int32_t mf_axis(const void *axis, int32_t rank) {
  const int32_t given = *(const int32_t *)axis;
  return mf_clamp(given < 0 ? given + rank : given, 0, rank - 1);
}

#endif
