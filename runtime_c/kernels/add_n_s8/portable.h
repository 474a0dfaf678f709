/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* add_n_s8 in plain C. */
#ifndef MF_ADD_N_S8_PORTABLE_H
#define MF_ADD_N_S8_PORTABLE_H

/* The reference's sum is 2^19 times this one, modulo 2^32: 13 bits of it count. */
MF_KERNEL int8_t mf_add_n_s8_output(uint16_t sum, const MF_ROM mf_add_n_s8_params *p) {
  return mf_output_s8((int32_t)((uint32_t)sum << 19), p->out_multiplier, p->out_shift,
                      p->out_zero_point, INT8_MIN, INT8_MAX);
}

MF_ENTRY void mf_add_n_s8(const int8_t *in, int8_t *out, void *sums,
                          const MF_ROM mf_add_n_s8_params *p) {
  uint16_t *sum = (uint16_t *)sums;
  for (int32_t i = 0; i < p->count; i++, sum++) {
    const int32_t before = p->first ? -(int32_t)p->in_zero_point : (int32_t)*sum;
    *sum = (uint16_t)(before + in[i] - p->in_zero_point);
    if (p->last) out[i] = mf_add_n_s8_output(*sum, p);
  }
}

#endif
