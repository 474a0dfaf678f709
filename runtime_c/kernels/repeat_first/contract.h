/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* repeat_first: lets what is kept of a signal begin with the first value again and again. */
#ifndef MF_REPEAT_FIRST_CONTRACT_H
#define MF_REPEAT_FIRST_CONTRACT_H

typedef struct {
  int32_t in_bytes; /* of a value */
  int32_t count;    /* values that are kept, 0 or more */
} mf_repeat_first_params;

/* `begun` is 0 at first and 1 from then on, when nothing happens any more. */
MF_ENTRY void mf_repeat_first(const void *in, uint8_t *begun, void *kept,
                              const MF_ROM mf_repeat_first_params *p);

#endif
