/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* filter_bank: the energy in each of several channels, uint32 to uint64. Every frequency counts to two of them. */
#ifndef MF_FILTER_BANK_CONTRACT_H
#define MF_FILTER_BANK_CONTRACT_H

typedef struct {
  int32_t channels;                    /* of the output */
  const MF_ROM int16_t *weights;       /* [...], of a frequency in its own channel */
  const MF_ROM int16_t *unweights;     /* [...], of it in the next one */
  const MF_ROM int16_t *first_inputs;  /* [channels + 1], where each channel's frequencies begin */
  const MF_ROM int16_t *first_weights; /* [channels + 1], where their weights begin */
  const MF_ROM int16_t *widths;        /* [channels + 1], the frequencies of each channel */
} mf_filter_bank_params;

/* The first channel has no output: only what it gives to the next counts. */
MF_ENTRY void mf_filter_bank(const uint32_t *in, uint64_t *out,
                             const MF_ROM mf_filter_bank_params *p);

#endif
