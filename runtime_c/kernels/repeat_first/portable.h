/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* repeat_first in plain C. */
#ifndef MF_REPEAT_FIRST_PORTABLE_H
#define MF_REPEAT_FIRST_PORTABLE_H

MF_ENTRY void mf_repeat_first(const void *in, uint8_t *begun, void *kept,
                              const MF_ROM mf_repeat_first_params *p) {
  uint8_t *to = (uint8_t *)kept;
  if (*begun) return;
  *begun = 1;
  for (int32_t i = 0; i < p->count; i++, to += p->in_bytes) memcpy(to, in, (size_t)p->in_bytes);
}

#endif
