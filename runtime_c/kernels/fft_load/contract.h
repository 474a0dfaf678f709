/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fft_load: values of any type, in the order that the stages of a fast Fourier transform want. */
/* Needs mf_fft.h. */
#ifndef MF_FFT_LOAD_CONTRACT_H
#define MF_FFT_LOAD_CONTRACT_H

typedef struct {
  int32_t rows;       /* transforms, one after the other */
  int32_t in_bytes;   /* of a transform's values; zeros follow these */
  int32_t out_bytes;  /* from a transform of the output to the next, count * pair_bytes or more */
  int32_t count;      /* complex values of a transform, 1 or more */
  int32_t pair_bytes; /* of a complex value: of two real ones */
  int32_t stages;     /* stages of the transform, 1 or more */
  const MF_ROM int32_t *radices; /* [stages] */
  const MF_ROM int32_t *reaches; /* [stages] */
} mf_fft_load_params;

/* `out` lies apart from `in`. */
MF_ENTRY void mf_fft_load(const void *in, void *out, const MF_ROM mf_fft_load_params *p);

#endif
