/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* requantize_wide: the same real values under another scale and type, where one type is wider
   than a byte. Elements are signed, of 1, 2 or 4 bytes. */
#ifndef MF_REQUANTIZE_WIDE_CONTRACT_H
#define MF_REQUANTIZE_WIDE_CONTRACT_H

typedef struct {
  int32_t count;          /* elements */
  int16_t in_bytes;       /* 1, 2 or 4 */
  int16_t out_bytes;      /* 1, 2 or 4 */
  int32_t in_offset;      /* less the input's zero point */
  int32_t out_zero_point; /* in the output's range */
  int32_t out_min;        /* the output's range */
  int32_t out_max;        /* the output's range */
  int8_t shift;           /* -31 to 30, left where positive */
  int32_t multiplier;     /* Q0.31: the input's scale over the output's */
} mf_requantize_wide_params;

/* Computes the whole output in ascending order. `out` may be `in` where elements are of one size. */
MF_ENTRY void mf_requantize_wide(const void *in, void *out,
                                 const MF_ROM mf_requantize_wide_params *p);

#endif
