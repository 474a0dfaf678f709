/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* div_s32 in plain C. */
#ifndef MF_DIV_S32_PORTABLE_H
#define MF_DIV_S32_PORTABLE_H

MF_KERNEL int32_t mf_div_s32_one(int32_t a, int32_t b, const MF_ROM mf_div_s32_params *p) {
  const int32_t negated = (int32_t)(0u - (uint32_t)a);
  const int32_t quotient = b == 0 ? 0 : b == -1 ? negated : a / b;
  return mf_clamp(quotient, p->out_min, p->out_max);
}

MF_BROADCAST(div_s32, int32_t, int32_t)

#endif
