/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* requantize_s8_s8: the same real values under another scale, clamped, for 8-bit tensors.

   A uint8 operand is read and written as int8 by flipping its top bit, with a zero point less by 128. */
#ifndef MF_REQUANTIZE_S8_S8_CONTRACT_H
#define MF_REQUANTIZE_S8_S8_CONTRACT_H

typedef struct {
  int32_t count;          /* elements */
  int16_t in_zero_point;  /* -128 to 127, of the flipped input */
  int16_t out_zero_point; /* -128 to 127, before the flip */
  int16_t out_min;        /* clamp, -128 to 127 */
  int16_t out_max;        /* clamp, -128 to 127 */
  int8_t in_flip;         /* 0; -128 where the input is uint8 */
  int8_t out_flip;        /* 0; -128 where the output is uint8 */
  int8_t shift;           /* -31 to 30, left where positive */
  int32_t multiplier;     /* Q0.31: the input's scale over the output's */
} mf_requantize_s8_s8_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_requantize_s8_s8(const void *in, void *out,
                                  const MF_ROM mf_requantize_s8_s8_params *p);

#endif
