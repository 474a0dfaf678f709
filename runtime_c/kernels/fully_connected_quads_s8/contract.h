/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_quads_s8: fully connected, int8, with the weights of four filters side by side for vectors of 16
   inputs.

   The stream has for every four filters, the last of which are filled up with 0: for every 16 inputs, the last of
   which are filled up with 0, 16 weights of each of the four, the first in the lowest byte of a word; then four
   biases, zero points folded in, four multipliers (Q0.31), and four shifts, to the right by 1 to 31, negative. */
#ifndef MF_FULLY_CONNECTED_QUADS_S8_CONTRACT_H
#define MF_FULLY_CONNECTED_QUADS_S8_CONTRACT_H

typedef struct {
  int32_t batches;        /* vectors, 1 or more */
  int32_t in_c;           /* elements of an input vector */
  int32_t out_c;          /* elements of an output vector */
  int16_t out_zero_point; /* -128 to 127 */
  int16_t out_min;        /* clamp, -128 to 127 */
  int16_t out_max;        /* clamp, -128 to 127 */
  const MF_ROM int32_t *stream;
} mf_fully_connected_quads_s8_params;

/* The words of the stream for four filters, and where its scales begin. */
MF_KERNEL int32_t
mf_fully_connected_quads_s8_scales(const MF_ROM mf_fully_connected_quads_s8_params *p) {
  return (p->in_c + 15) / 16 * 16;
}
MF_KERNEL int32_t
mf_fully_connected_quads_s8_words(const MF_ROM mf_fully_connected_quads_s8_params *p) {
  return mf_fully_connected_quads_s8_scales(p) + 12;
}

/* Computes all output vectors. The input is read until the last output is written. */
MF_ENTRY void mf_fully_connected_quads_s8(const int8_t *in, int8_t *out,
                                          const MF_ROM mf_fully_connected_quads_s8_params *p);

/* The same of a single vector that arrives in pieces: begin, then add the inputs from the first to the last
   in one piece or several, then end. A piece is `count` inputs from input `first` on, which lie at `in`; all but the
   last have a multiple of 16. `sums` has room for out_c sums, rounded up to a multiple of 4. */
MF_ENTRY void mf_fully_connected_quads_s8_begin(int32_t *sums,
                                                const MF_ROM mf_fully_connected_quads_s8_params *p);
MF_ENTRY void mf_fully_connected_quads_s8_add(const int8_t *in, int32_t first, int32_t count,
                                              int32_t *sums,
                                              const MF_ROM mf_fully_connected_quads_s8_params *p);
MF_ENTRY void mf_fully_connected_quads_s8_end(const int32_t *sums, int8_t *out,
                                              const MF_ROM mf_fully_connected_quads_s8_params *p);

#endif
