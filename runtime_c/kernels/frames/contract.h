/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* frames: what was kept of signals of any type with what is new of each, in frames that may overlap. */
#ifndef MF_FRAMES_CONTRACT_H
#define MF_FRAMES_CONTRACT_H

typedef struct {
  int32_t signals;    /* beside each other */
  int32_t count;      /* frames of each signal */
  int32_t step_bytes; /* 1 or more: what is new in a frame */
  int32_t kept_bytes; /* 0 or more: of each signal, from a frame to the next */
  int32_t out_bytes;  /* of a frame: kept_bytes + step_bytes, or less to leave out the newest */
} mf_frames_params;

/* `in` holds the frames' steps and `kept` what is kept of each signal, the newest at the end. `out` lies apart. */
MF_ENTRY void mf_frames(const void *in, void *kept, void *out, const MF_ROM mf_frames_params *p);

#endif
