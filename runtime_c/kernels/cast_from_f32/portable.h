/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cast_from_f32 in plain C. */
#ifndef MF_CAST_FROM_F32_PORTABLE_H
#define MF_CAST_FROM_F32_PORTABLE_H

MF_KERNEL uint32_t mf_cast_from_f32_one(float x, const MF_ROM mf_cast_from_f32_params *p) {
  if (p->to_bool) return x == 0.0f ? 0u : 1u;
  if (x >= p->beyond) return (uint32_t)p->high;
  if (x < p->least) return (uint32_t)p->low;
  if (x < 0.0f) return (uint32_t)(int32_t)x;
  return x >= 0.0f ? (uint32_t)x : 0u;
}

MF_ENTRY void mf_cast_from_f32(const float *in, void *out,
                               const MF_ROM mf_cast_from_f32_params *p) {
  for (int32_t i = 0; i < p->count; i++)
    mf_store(out, i, p->out_bytes, mf_cast_from_f32_one(in[i], p));
}

#endif
