/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* auto_scale_s16 in plain C. */
#ifndef MF_AUTO_SCALE_S16_PORTABLE_H
#define MF_AUTO_SCALE_S16_PORTABLE_H

/* The largest magnitude; after -32768 the search begins anew. */
MF_KERNEL int16_t mf_auto_scale_s16_most(const int16_t *in, int32_t count) {
  int16_t most = 0;
  for (int32_t i = 0; i < count; i++) {
    const int16_t x = in[i];
    if (x > most)
      most = x;
    else if (-(int32_t)x > most)
      most = (int16_t)-x;
  }
  return most;
}

MF_ENTRY void mf_auto_scale_s16(const int16_t *in, int16_t *out, int32_t *bits,
                                const MF_ROM mf_auto_scale_s16_params *p) {
  const int16_t most = mf_auto_scale_s16_most(in, p->count);
  int32_t free_bits = 0;
  if (most > 0)
    while (most << free_bits <= INT16_MAX / 2) free_bits++;
  for (int32_t i = 0; i < p->count; i++) out[i] = (int16_t)((uint32_t)in[i] << free_bits);
  *bits = free_bits;
}

#endif
