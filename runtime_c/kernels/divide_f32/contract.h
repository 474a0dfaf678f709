/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* divide_f32: every element divided by one number, in place. */
#ifndef MF_DIVIDE_F32_CONTRACT_H
#define MF_DIVIDE_F32_CONTRACT_H

typedef struct {
  int32_t count; /* elements */
  float divisor; /* not 0 */
} mf_divide_f32_params;

MF_ENTRY void mf_divide_f32(float *out, const MF_ROM mf_divide_f32_params *p);

#endif
