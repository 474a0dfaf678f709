/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* every_nth in plain C. */
#ifndef MF_EVERY_NTH_PORTABLE_H
#define MF_EVERY_NTH_PORTABLE_H

MF_ENTRY void mf_every_nth(int32_t *left, uint8_t *due, const MF_ROM mf_every_nth_params *p) {
  *left -= 1;
  *due = *left == 0;
  if (*due) *left = p->period;
}

#endif
