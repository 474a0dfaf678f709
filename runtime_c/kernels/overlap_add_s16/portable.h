/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* overlap_add_s16 in plain C. */
#ifndef MF_OVERLAP_ADD_S16_PORTABLE_H
#define MF_OVERLAP_ADD_S16_PORTABLE_H

MF_KERNEL int16_t mf_overlap_add_s16_sum(int16_t a, int16_t b) {
  return (int16_t)mf_clamp((int32_t)a + b, INT16_MIN, INT16_MAX);
}

/* Element i of a frame and what there is of the signal already. */
MF_KERNEL int16_t mf_overlap_add_s16_at(const int16_t *in, const int16_t *rest, int32_t i,
                                        int32_t left) {
  return mf_overlap_add_s16_sum(in[i], i < left ? rest[i] : 0);
}

MF_ENTRY void mf_overlap_add_s16(const int16_t *in, int16_t *rest, int16_t *out,
                                 const MF_ROM mf_overlap_add_s16_params *p) {
  const int32_t left = p->frame - p->step;
  for (int32_t s = 0; s < p->signals; s++, rest += left)
    for (int32_t f = 0; f < p->count; f++, in += p->frame, out += p->step) {
      for (int32_t i = 0; i < p->step; i++) out[i] = mf_overlap_add_s16_at(in, rest, i, left);
      for (int32_t i = 0; i < left; i++)
        rest[i] = mf_overlap_add_s16_at(in, rest, i + p->step, left);
    }
}

#endif
