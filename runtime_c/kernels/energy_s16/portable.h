/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* energy_s16 in plain C. */
#ifndef MF_ENERGY_S16_PORTABLE_H
#define MF_ENERGY_S16_PORTABLE_H

MF_ENTRY void mf_energy_s16(const int16_t *in, uint32_t *out,
                            const MF_ROM mf_energy_s16_params *p) {
  memset(out, 0, (size_t)p->count * sizeof(uint32_t));
  for (int32_t i = p->first; i < p->end; i++) {
    const int32_t re = in[2 * i], im = in[2 * i + 1];
    out[i] = (uint32_t)(re * re) + (uint32_t)(im * im);
  }
}

#endif
