/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* auto_scale_s16: a signal shifted to the left as far as its largest value allows, int16. */
#ifndef MF_AUTO_SCALE_S16_CONTRACT_H
#define MF_AUTO_SCALE_S16_CONTRACT_H

typedef struct {
  int32_t count; /* elements */
} mf_auto_scale_s16_params;

/* `bits` becomes 0 to 15, how far. As in the reference, -32768 counts as what it is, the smallest value of all; what is
   shifted out is lost. `out` may be `in`. */
MF_ENTRY void mf_auto_scale_s16(const int16_t *in, int16_t *out, int32_t *bits,
                                const MF_ROM mf_auto_scale_s16_params *p);

#endif
