/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* unary_f32 in plain C. */
#ifndef MF_UNARY_F32_PORTABLE_H
#define MF_UNARY_F32_PORTABLE_H

MF_KERNEL float mf_unary_f32_abs(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  bits &= 0x7FFFFFFFu;
  memcpy(&x, &bits, sizeof bits);
  return x;
}

/* From 2^23 on, floats are whole. A result of 0 keeps the sign of x. */
MF_INNER float mf_unary_f32_floor(float x) {
  if (!(x > -8388608.0f && x < 8388608.0f)) return x;
  const float towards_zero = (float)(int32_t)x;
  const float whole = towards_zero > x ? towards_zero - 1.0f : towards_zero;
  return whole == 0.0f ? x * 0.0f : whole;
}

/* As the reference computes it: numbers from -0.5 to 0 become +0. */
MF_KERNEL float mf_unary_f32_round(float x) {
  const float below = mf_unary_f32_floor(x);
  const float rest = x - below;
  if (rest < 0.5f) return below;
  if (rest == 0.5f && (int32_t)below % 2 == 0) return below;
  return below + 1.0f;
}

MF_KERNEL float mf_unary_f32_one(float x, int function, float slope) {
  switch (function) {
    case MF_UNARY_F32_ABS:
      return mf_unary_f32_abs(x);
    case MF_UNARY_F32_NEG:
      return -x;
    case MF_UNARY_F32_SQUARE:
      return x * x;
    case MF_UNARY_F32_FLOOR:
      return mf_unary_f32_floor(x);
    case MF_UNARY_F32_CEIL:
      return -mf_unary_f32_floor(-x);
    case MF_UNARY_F32_ROUND:
      return mf_unary_f32_round(x);
    default:
      return x > 0.0f ? x : x * slope;
  }
}

MF_ENTRY void mf_unary_f32(const float *in, float *out, const MF_ROM mf_unary_f32_params *p) {
  const int function = p->function;
  const float slope = p->slope;
  for (int32_t i = 0; i < p->count; i++) out[i] = mf_unary_f32_one(in[i], function, slope);
}

#endif
