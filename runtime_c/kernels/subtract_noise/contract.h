/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* subtract_noise: channels less the noise in each, which is estimated from how they were, uint32. */
#ifndef MF_SUBTRACT_NOISE_CONTRACT_H
#define MF_SUBTRACT_NOISE_CONTRACT_H

typedef struct {
  int32_t count;           /* channels */
  uint32_t even_smoothing; /* how much the newest value counts to the estimate, of even channels */
  uint32_t odd_smoothing;  /* the same of odd channels */
  uint32_t even_keeping;   /* how much the estimate counts that there is, of even channels */
  uint32_t odd_keeping;    /* the same of odd channels */
  uint32_t remaining;      /* how much of a channel stays at least */
  int32_t bits;            /* 0 to 31: fractional bits of these three */
  int32_t noise_bits;      /* 0 to 31: fractional bits of the estimate */
  int32_t clamping;        /* 1: an estimate above its channel is lowered to it; 0: it stays */
} mf_subtract_noise_params;

/* `estimate` is kept from one call to the next and copied to `noise`. Numbers wrap, as the reference's do. `out` may be
   `in`. */
MF_ENTRY void mf_subtract_noise(const uint32_t *in, uint32_t *estimate, uint32_t *out,
                                uint32_t *noise, const MF_ROM mf_subtract_noise_params *p);

#endif
