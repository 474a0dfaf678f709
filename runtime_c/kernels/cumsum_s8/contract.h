/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cumsum_s8: the sums of the elements up to each along a dimension, int8. As the reference has it, less the
   zero point once more than there are elements. */
/* Needs mf_index.h. */
#ifndef MF_CUMSUM_S8_CONTRACT_H
#define MF_CUMSUM_S8_CONTRACT_H

typedef struct {
  int16_t axes;     /* dimensions that `axis` may name; 1: the only one, and `axis` is not read */
  int8_t exclusive; /* 1: an element's own value is not in its sum; 0: it is */
  int8_t reverse;   /* 1: from the last to the first; 0: from the first to the last */
  int16_t in_zero_point;       /* -128 to 127 */
  int16_t out_zero_point;      /* -128 to 127 */
  int8_t out_shift;            /* -31 to 0, to the right */
  int32_t out_multiplier;      /* Q0.31: twice the input's scale over 2^20 times the output's */
  const MF_ROM int32_t *lines; /* [axes][3]: groups, elements along it, elements between */
} mf_cumsum_s8_params;

/* `axis` is a number of 4 bytes, negative from the last dimension on; the nearest that there is counts. Each element
   is read before it is written: `out` may be `in`. Along the last dimension, from the first to the last, in
   ascending order. */
MF_ENTRY void mf_cumsum_s8(const int8_t *in, const void *axis, int8_t *out,
                           const MF_ROM mf_cumsum_s8_params *p);

#endif
