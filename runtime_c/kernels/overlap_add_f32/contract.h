/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* overlap_add_f32: signals put together from frames that overlap, whose sums they are, float32. */
#ifndef MF_OVERLAP_ADD_F32_CONTRACT_H
#define MF_OVERLAP_ADD_F32_CONTRACT_H

typedef struct {
  int32_t signals; /* beside each other */
  int32_t count;   /* frames of each signal */
  int32_t frame;   /* elements of a frame, 1 or more */
  int32_t step;    /* 1 to frame: elements from the start of a frame to that of the next */
} mf_overlap_add_f32_params;

/* `rest` holds the frame - step elements of each signal that further frames add to. `out` lies apart from `in`. */
MF_ENTRY void mf_overlap_add_f32(const float *in, float *rest, float *out,
                                 const MF_ROM mf_overlap_add_f32_params *p);

#endif
