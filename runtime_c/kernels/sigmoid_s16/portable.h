/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* sigmoid_s16 in plain C. */
#ifndef MF_SIGMOID_S16_PORTABLE_H
#define MF_SIGMOID_S16_PORTABLE_H

MF_ENTRY void mf_sigmoid_s16(const int16_t *in, int16_t *out,
                             const MF_ROM mf_sigmoid_s16_params *p) {
  for (int32_t i = 0; i < p->count; i++) {
    const uint32_t product = (uint32_t)in[i] * (uint32_t)p->multiplier + (uint32_t)p->rounding;
    const int32_t argument = (int32_t)product >> p->shift;
    const int32_t rise = mf_sigmoid_rise(argument, p->index_shift, p->out_shift, p->table);
    out[i] = (int16_t)((rise + p->out_offset) >> p->out_shift);
  }
}

#endif
