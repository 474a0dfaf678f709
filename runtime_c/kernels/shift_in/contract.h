/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* shift_in: keeps the last values of a signal of any type, the newest at the end. */
#ifndef MF_SHIFT_IN_CONTRACT_H
#define MF_SHIFT_IN_CONTRACT_H

typedef struct {
  int32_t in_bytes;  /* 0 or more: what comes in at a time */
  int32_t old_bytes; /* 0 or more: what stays of what was kept */
  int32_t out_bytes; /* all that is kept: in_bytes + old_bytes, or more that never changes */
} mf_shift_in_params;

/* Drops the oldest in_bytes of `kept`, puts `in` behind the rest, and copies all of it to `out`. `in` and `out` may
   overlap; `kept` lies apart from both. */
MF_ENTRY void mf_shift_in(const void *in, void *kept, void *out,
                          const MF_ROM mf_shift_in_params *p);

#endif
