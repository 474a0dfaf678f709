/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* unary_f32 in plain C. */
#ifndef MF_UNARY_F32_PORTABLE_H
#define MF_UNARY_F32_PORTABLE_H

MF_KERNEL float mf_unary_f32_abs(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  bits &= 0x7FFFFFFFu;
  memcpy(&x, &bits, sizeof x);
  return x;
}

MF_KERNEL float mf_unary_f32_sign_bit(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits >> 31 != 0 ? 1.0f : 0.0f;
}

MF_KERNEL float mf_unary_f32_one(float x, int function, float slope) {
  if (function == MF_UNARY_F32_ABS) return mf_unary_f32_abs(x);
  if (function == MF_UNARY_F32_NEG) return -x;
  if (function == MF_UNARY_F32_SQUARE) return x * x;
  if (function == MF_UNARY_F32_SIGN_BIT) return mf_unary_f32_sign_bit(x);
  return x > 0.0f ? x : x * slope;
}

MF_ENTRY void mf_unary_f32(const float *in, float *out, const MF_ROM mf_unary_f32_params *p) {
  const int function = p->function;
  const float slope = p->slope;
  for (int32_t i = 0; i < p->count; i++) out[i] = mf_unary_f32_one(in[i], function, slope);
}

#endif
