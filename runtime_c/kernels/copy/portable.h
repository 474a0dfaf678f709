/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* copy in plain C. */
#ifndef MF_COPY_PORTABLE_H
#define MF_COPY_PORTABLE_H

MF_ENTRY void mf_copy(const void *in, void *out, const MF_ROM mf_copy_params *p) {
  if (out != in) memmove(out, in, (size_t)p->bytes);
}

#endif
