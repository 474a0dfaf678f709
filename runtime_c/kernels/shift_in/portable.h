/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* shift_in in plain C. */
#ifndef MF_SHIFT_IN_PORTABLE_H
#define MF_SHIFT_IN_PORTABLE_H

MF_ENTRY void mf_shift_in(const void *in, void *kept, void *out,
                          const MF_ROM mf_shift_in_params *p) {
  uint8_t *const oldest = (uint8_t *)kept;
  memmove(oldest, oldest + p->in_bytes, (size_t)p->old_bytes);
  memcpy(oldest + p->old_bytes, in, (size_t)p->in_bytes);
  memcpy(out, kept, (size_t)p->out_bytes);
}

#endif
