/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* window_at: a window of a tensor of any type, at a place that is known at run time.

   `begin` holds the window's first index of each dimension. Where the window would leave the tensor,
   it starts as near as it fits: no index reaches outside. Innermost dimensions that the window fills
   belong to an element. */
/* Needs mf_index.h. */
#ifndef MF_WINDOW_AT_CONTRACT_H
#define MF_WINDOW_AT_CONTRACT_H

typedef struct {
  int16_t writes;              /* 0: reads the window out of the tensor. 1: writes it into it */
  int16_t index_bytes;         /* of a number in `begin`: 4 or 8 */
  int32_t dims;                /* 1 to 8 */
  int32_t rows;                /* of the window: product of `count` without the last */
  int32_t unit;                /* bytes of an element */
  const MF_ROM int32_t *size;  /* [dims], the tensor's, outermost first */
  const MF_ROM int32_t *count; /* [dims], the window's, each at most the tensor's */
} mf_window_at_params;

/* Reading, `in` is the tensor and `out` the window; writing, the other way round, and the rest of
   the tensor keeps its value. Tensor, window and `begin` lie apart. */
MF_ENTRY void mf_window_at(const void *in, const void *begin, void *out,
                           const MF_ROM mf_window_at_params *p);

#endif
