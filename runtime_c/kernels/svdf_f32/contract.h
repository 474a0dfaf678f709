/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* svdf_f32: filters over the last inputs, each of rank one: a weighted sum of every input, of which the last few are kept,
   and a weighted sum of these over time. Some filters together make an output. */
#ifndef MF_SVDF_F32_CONTRACT_H
#define MF_SVDF_F32_CONTRACT_H

typedef struct {
  int32_t batches; /* 1 or more */
  int32_t in_c;    /* values of an input, 1 or more */
  int32_t out_c;   /* outputs, 1 or more */
  int32_t rank;    /* filters of an output, 1 or more */
  int32_t memory;  /* values that a filter keeps, 1 or more */
  int32_t clamps;  /* outputs are held to: 0: nothing; 1: out_min; 2: out_max and out_min */
  float out_min;   /* the least output */
  float out_max;   /* the largest, out_min or more */
  const MF_ROM float *feature; /* [out_c][rank][in_c], weights of the input */
  const MF_ROM float *time;    /* [out_c][rank][memory], the oldest first */
  const MF_ROM float *bias;    /* [out_c] */
} mf_svdf_f32_params;

/* `kept` is [batches][out_c][rank][memory], the oldest value first. It lies apart from the others, as `in` and `out` do. */
MF_ENTRY void mf_svdf_f32(const float *in, float *kept, float *out,
                          const MF_ROM mf_svdf_f32_params *p);

#endif
