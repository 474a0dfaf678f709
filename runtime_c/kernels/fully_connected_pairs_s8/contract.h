/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_pairs_s8: fully connected, int8, with filters packed in pairs for two products an instruction.

   Filters f and g of a pair have two words for every four inputs, the last of which are filled up with weights of 0:
   the halves of the first word are v(k) and v(k + 2), those of the second v(k + 1) and v(k + 3), with
   v(i) = 256 g[i] + f[i], which fits. The first filters come in quads, whose two pairs have two words each in turn;
   of up to three that are left two are a pair, and one has its weights as they are, a word for every four.

   Whatever the inputs, 512 products of any g sum to -2^23 to 2^23 - 1, and all of a filter with its bias to -2^30 to
   2^30 - 1. */
#ifndef MF_FULLY_CONNECTED_PAIRS_S8_CONTRACT_H
#define MF_FULLY_CONNECTED_PAIRS_S8_CONTRACT_H

typedef struct {
  int32_t batches;                /* vectors, 1 or more */
  int32_t in_c;                   /* elements of an input vector */
  int32_t out_c;                  /* elements of an output vector */
  int16_t out_zero_point;         /* -128 to 127; outputs have no other clamp than int8's */
  int16_t scale_step;             /* 1: one scale an output; 0: one for all */
  const MF_ROM uint32_t *weights; /* [out_c / 4][fours][4], [fours][2], [fours]: as many as left */
  const MF_ROM int32_t *bias;     /* [out_c], zero points folded in, doubled */
  const MF_ROM int32_t *multiplier; /* [out_c] or [1], Q0.31 */
  const MF_ROM uint8_t *shift;      /* [out_c] or [1], one less than to the right: 0 to 21 */
} mf_fully_connected_pairs_s8_params;

/* Computes all output vectors. The input is read until the last output is written. */
MF_ENTRY void mf_fully_connected_pairs_s8(const int8_t *in, int8_t *out,
                                          const MF_ROM mf_fully_connected_pairs_s8_params *p);

/* The same of a single vector that arrives in pieces: begin, then add the inputs from the first to the last
   in one piece or several, then end. A piece is `count` inputs from input `first` on, a multiple of four, which lie
   at `in`. `sums` has room for out_c sums. */
MF_ENTRY void mf_fully_connected_pairs_s8_begin(int32_t *sums,
                                                const MF_ROM mf_fully_connected_pairs_s8_params *p);
MF_ENTRY void mf_fully_connected_pairs_s8_add(const int8_t *in, int32_t first, int32_t count,
                                              int32_t *sums,
                                              const MF_ROM mf_fully_connected_pairs_s8_params *p);
MF_ENTRY void mf_fully_connected_pairs_s8_end(const int32_t *sums, int8_t *out,
                                              const MF_ROM mf_fully_connected_pairs_s8_params *p);

#endif
