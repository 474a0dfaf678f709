/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_short_s8: fully connected, int8, of few inputs, with filters packed by fours.

   Four filters f, g, f', g' are 4 words of bias << 8 | shift, then four words for every four inputs, then their 4
   multipliers, Q0.31. The shift is one less than that to the right, 0 to 21. Fewer than four inputs are filled up
   with weights of 0, and so are the last filters. Of a pair f, g the halves of the first word of four inputs are
   v(k) and v(k + 2), those of the second v(k + 1) and v(k + 3), with v(i) = 256 g[i] + f[i], which fits.

   Whatever the inputs, a filter's sum with its bias is -2^23 to 2^23 - 1, and zero points are folded into the bias. */
#ifndef MF_FULLY_CONNECTED_SHORT_S8_CONTRACT_H
#define MF_FULLY_CONNECTED_SHORT_S8_CONTRACT_H

typedef struct {
  int32_t in_c;                  /* inputs: 1 to 3, or a multiple of 4 */
  int32_t out_c;                 /* outputs */
  int32_t centre;                /* 2 z + 1, of the output's zero point z; no clamp but int8's */
  const MF_ROM uint32_t *stream; /* [out_c rounded up to fours][4 + fours of inputs * 4 + 4] */
} mf_fully_connected_short_s8_params;

/* Computes the output of one vector. The input is read until the last output is written. */
MF_ENTRY void mf_fully_connected_short_s8(const int8_t *in, int8_t *out,
                                          const MF_ROM mf_fully_connected_short_s8_params *p);

#endif
