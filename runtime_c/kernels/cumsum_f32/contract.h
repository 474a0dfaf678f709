/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cumsum_f32: the sums of the elements up to each along a dimension, float32, added one by one in single precision. */
#ifndef MF_CUMSUM_F32_CONTRACT_H
#define MF_CUMSUM_F32_CONTRACT_H

typedef struct {
  int32_t outer;    /* groups of `depth` times `inner` elements */
  int32_t depth;    /* elements along the dimension */
  int32_t inner;    /* elements from one to the next along it */
  int8_t exclusive; /* 1: an element's own value is not in its sum; 0: it is */
  int8_t reverse;   /* 1: from the last to the first; 0: from the first to the last */
} mf_cumsum_f32_params;

/* Each element is read before it is written: `out` may be `in`. Where `inner` is 1 and it goes from the first to the
   last, in ascending order. */
MF_ENTRY void mf_cumsum_f32(const float *in, float *out, const MF_ROM mf_cumsum_f32_params *p);

#endif
