/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* every_nth: tells whether this is the nth inference, and counts anew from it. */
#ifndef MF_EVERY_NTH_CONTRACT_H
#define MF_EVERY_NTH_CONTRACT_H

typedef struct {
  int32_t period; /* n, 1 or more */
} mf_every_nth_params;

/* `left` holds the inferences up to and with the next nth one: 1 to n. `due` becomes 1 in the nth, else 0. */
MF_ENTRY void mf_every_nth(int32_t *left, uint8_t *due, const MF_ROM mf_every_nth_params *p);

#endif
