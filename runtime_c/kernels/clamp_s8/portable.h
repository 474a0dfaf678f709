/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* clamp_s8 in plain C. */
#ifndef MF_CLAMP_S8_PORTABLE_H
#define MF_CLAMP_S8_PORTABLE_H

MF_ENTRY void mf_clamp_s8(const void *in, void *out, const MF_ROM mf_clamp_s8_params *p) {
  const int8_t *x = (const int8_t *)in;
  int8_t *y = (int8_t *)out;
  for (int32_t i = 0; i < p->count; i++) {
    const int32_t moved = (int32_t)(x[i] ^ p->in_flip) + p->offset;
    y[i] = (int8_t)(mf_clamp(moved, p->out_min, p->out_max) ^ p->out_flip);
  }
}

#endif
