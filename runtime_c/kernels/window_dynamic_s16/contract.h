/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* window_dynamic_s16: signals weighted by a window that is computed at run time, int16. */
#ifndef MF_WINDOW_DYNAMIC_S16_CONTRACT_H
#define MF_WINDOW_DYNAMIC_S16_CONTRACT_H

typedef struct {
  int32_t windows; /* 0 or more: each element of a window has its weight */
  int32_t count;   /* elements of a window */
  int32_t shift;   /* 0 to 31: fractional bits of the weights */
} mf_window_dynamic_s16_params;

/* Saturates. `weights` are [count]. Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_window_dynamic_s16(const int16_t *in, const int16_t *weights, int16_t *out,
                                    const MF_ROM mf_window_dynamic_s16_params *p);

#endif
