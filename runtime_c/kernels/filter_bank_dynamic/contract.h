/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* filter_bank_dynamic: the energy in each of several channels, uint32 to uint64, with tables that are computed at run time. */
#ifndef MF_FILTER_BANK_DYNAMIC_CONTRACT_H
#define MF_FILTER_BANK_DYNAMIC_CONTRACT_H

typedef struct {
  int32_t channels; /* of the output */
  int32_t inputs;   /* frequencies */
  int32_t weights;  /* elements of the shorter table of weights */
} mf_filter_bank_dynamic_params;

/* Tables are those of filter_bank. The first channel has no output: only what it gives to the next counts. A channel
   outside the input or the weights has no energy: nothing is read beyond their ends. */
MF_ENTRY void mf_filter_bank_dynamic(const uint32_t *in, const int16_t *weights,
                                     const int16_t *unweights, const int16_t *first_inputs,
                                     const int16_t *first_weights, const int16_t *widths,
                                     uint64_t *out, const MF_ROM mf_filter_bank_dynamic_params *p);

#endif
