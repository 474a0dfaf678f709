/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* energy_s16: the squared magnitudes of a part of a spectrum, int16 to uint32. */
#ifndef MF_ENERGY_S16_CONTRACT_H
#define MF_ENERGY_S16_CONTRACT_H

typedef struct {
  int32_t count; /* elements of the output */
  int32_t first; /* the first of the part, 0 or more */
  int32_t end;   /* behind the last of the part, first to count */
} mf_energy_s16_params;

/* `in` holds real and imaginary parts in turn, at least to `end`. Outputs outside the part are 0. */
MF_ENTRY void mf_energy_s16(const int16_t *in, uint32_t *out, const MF_ROM mf_energy_s16_params *p);

#endif
