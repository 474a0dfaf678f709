/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* overlap_add_f32 in plain C. */
#ifndef MF_OVERLAP_ADD_F32_PORTABLE_H
#define MF_OVERLAP_ADD_F32_PORTABLE_H

MF_KERNEL float mf_overlap_add_f32_sum(float a, float b) { return a + b; }

/* Element i of a frame and what there is of the signal already. */
MF_KERNEL float mf_overlap_add_f32_at(const float *in, const float *rest, int32_t i, int32_t left) {
  return mf_overlap_add_f32_sum(in[i], i < left ? rest[i] : 0);
}

MF_ENTRY void mf_overlap_add_f32(const float *in, float *rest, float *out,
                                 const MF_ROM mf_overlap_add_f32_params *p) {
  const int32_t left = p->frame - p->step;
  for (int32_t s = 0; s < p->signals; s++, rest += left)
    for (int32_t f = 0; f < p->count; f++, in += p->frame, out += p->step) {
      for (int32_t i = 0; i < p->step; i++) out[i] = mf_overlap_add_f32_at(in, rest, i, left);
      for (int32_t i = 0; i < left; i++)
        rest[i] = mf_overlap_add_f32_at(in, rest, i + p->step, left);
    }
}

#endif
