/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cumsum_f32: the sums of the elements up to each along a dimension, float32, added one by one in single precision. */
/* Needs mf_index.h. */
#ifndef MF_CUMSUM_F32_CONTRACT_H
#define MF_CUMSUM_F32_CONTRACT_H

typedef struct {
  int16_t axes;     /* dimensions that `axis` may name; 1: the only one, and `axis` is not read */
  int8_t exclusive; /* 1: an element's own value is not in its sum; 0: it is */
  int8_t reverse;   /* 1: from the last to the first; 0: from the first to the last */
  const MF_ROM int32_t *lines; /* [axes][3]: groups, elements along it, elements between */
} mf_cumsum_f32_params;

/* `axis` is a number of 4 bytes, negative from the last dimension on; the nearest that there is counts. Each element
   is read before it is written: `out` may be `in`. Along the last dimension, from the first to the last, in
   ascending order. */
MF_ENTRY void mf_cumsum_f32(const float *in, const void *axis, float *out,
                            const MF_ROM mf_cumsum_f32_params *p);

#endif
