/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* svdf_dynamic_f32: svdf_f32 with weights and a bias that are computed at run time. */
#ifndef MF_SVDF_DYNAMIC_F32_CONTRACT_H
#define MF_SVDF_DYNAMIC_F32_CONTRACT_H

typedef struct {
  int32_t batches;  /* 1 or more */
  int32_t in_c;     /* values of an input, 1 or more */
  int32_t out_c;    /* outputs, 1 or more */
  int32_t rank;     /* filters of an output, 1 or more */
  int32_t memory;   /* values that a filter keeps, 1 or more */
  int32_t has_bias; /* 1: it has; 0: it has none, and `bias` is not read */
  int32_t clamps;   /* outputs are held to: 0: nothing; 1: out_min; 2: out_max and out_min */
  float out_min;    /* the least output */
  float out_max;    /* the largest, out_min or more */
} mf_svdf_dynamic_f32_params;

/* `feature` is [out_c][rank][in_c], `time` [out_c][rank][memory] and `kept` [batches][out_c][rank][memory], both with the
   oldest value first. `kept` lies apart from the others, as `in` and `out` do. */
MF_ENTRY void mf_svdf_dynamic_f32(const float *in, float *kept, const float *feature,
                                  const float *time, const float *bias, float *out,
                                  const MF_ROM mf_svdf_dynamic_f32_params *p);

#endif
