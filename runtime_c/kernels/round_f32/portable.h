/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* round_f32 in plain C. */
#ifndef MF_ROUND_F32_PORTABLE_H
#define MF_ROUND_F32_PORTABLE_H

/* From 2^23 on, floats are whole. A result of 0 keeps the sign of x. */
MF_INNER float mf_round_f32_down(float x) {
  if (!(x > -8388608.0f && x < 8388608.0f)) return x;
  const float towards_zero = (float)(int32_t)x;
  const float whole = towards_zero > x ? towards_zero - 1.0f : towards_zero;
  return whole == 0.0f ? x * 0.0f : whole;
}

MF_KERNEL float mf_round_f32_nearest(float x) {
  const float below = mf_round_f32_down(x);
  const float rest = x - below;
  if (rest < 0.5f) return below;
  if (rest == 0.5f && (int32_t)below % 2 == 0) return below;
  return below + 1.0f;
}

MF_KERNEL float mf_round_f32_one(float x, int direction) {
  if (direction == MF_ROUND_F32_DOWN) return mf_round_f32_down(x);
  if (direction == MF_ROUND_F32_UP) return -mf_round_f32_down(-x);
  return mf_round_f32_nearest(x);
}

MF_ENTRY void mf_round_f32(const float *in, float *out, const MF_ROM mf_round_f32_params *p) {
  const int direction = p->direction;
  for (int32_t i = 0; i < p->count; i++) out[i] = mf_round_f32_one(in[i], direction);
}

#endif
