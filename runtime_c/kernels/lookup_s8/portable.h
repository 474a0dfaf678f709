/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* lookup_s8 in plain C. */
#ifndef MF_LOOKUP_S8_PORTABLE_H
#define MF_LOOKUP_S8_PORTABLE_H

MF_ENTRY void mf_lookup_s8(const int8_t *in, int8_t *out, const MF_ROM mf_lookup_s8_params *p) {
  const MF_ROM int8_t *zero = p->table + 128;
  for (const int8_t *end = in + p->count; in != end;) *out++ = zero[*in++];
}

#endif
