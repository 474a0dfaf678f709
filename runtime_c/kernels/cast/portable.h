/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cast in plain C. */
#ifndef MF_CAST_PORTABLE_H
#define MF_CAST_PORTABLE_H

MF_ENTRY void mf_cast(const void *in, void *out, const MF_ROM mf_cast_params *p) {
  for (int32_t i = 0; i < p->count; i++) {
    const uint32_t value = mf_load(in, i, p->in_bytes, p->in_signed);
    mf_store(out, i, p->out_bytes, p->to_bool ? value != 0 : value);
  }
}

#endif
