/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* clamp_s8 in plain C. */
#ifndef MF_CLAMP_S8_PORTABLE_H
#define MF_CLAMP_S8_PORTABLE_H

MF_ENTRY void mf_clamp_s8(const void *in, void *out, const MF_ROM mf_clamp_s8_params *p) {
  const int8_t *x = (const int8_t *)in;
  int8_t *y = (int8_t *)out;
  const int in_flip = p->in_flip, out_flip = p->out_flip, offset = p->offset;
  const int32_t low = p->out_min, high = p->out_max;
  for (const int8_t *end = x + p->count; x != end; x++)
    *y++ = (int8_t)(mf_clamp((*x ^ in_flip) + offset, low, high) ^ out_flip);
}

#endif
