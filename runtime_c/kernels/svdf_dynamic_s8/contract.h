/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* svdf_dynamic_s8: svdf_s8 with weights and a bias that are computed at run time. */
#ifndef MF_SVDF_DYNAMIC_S8_CONTRACT_H
#define MF_SVDF_DYNAMIC_S8_CONTRACT_H

typedef struct {
  int32_t batches;         /* 1 or more */
  int32_t in_c;            /* values of an input, 1 or more */
  int32_t out_c;           /* outputs, 1 or more */
  int32_t rank;            /* filters of an output, 1 or more */
  int32_t memory;          /* values that a filter keeps, 1 or more */
  int32_t has_bias;        /* 1: it has; 0: it has none, and `bias` is not read */
  int32_t wide;            /* 1: values that are kept, and their weights, are int16; 0: int8 */
  int32_t in_zero_point;   /* -128 to 127 */
  int32_t kept_zero_point; /* of the kept values */
  int32_t kept_min;        /* they are clamped to this range, less the zero point */
  int32_t kept_max;        /* kept_min or more */
  int32_t kept_multiplier; /* from sums over the input to kept values, Q0.31 */
  int32_t kept_shift;      /* -31 to 30 */
  int32_t out_zero_point;  /* -128 to 127 */
  int32_t out_multiplier;  /* from sums over time to outputs, Q0.31 */
  int32_t out_shift;       /* -31 to 30 */
} mf_svdf_dynamic_s8_params;

/* `feature` is [out_c][rank][in_c], `time` [out_c][rank][memory], `kept` [batches][out_c][rank][memory], both with the
   oldest value first, and `bias` int32_t [out_c]. `kept` lies apart from the others, as `in` and `out` do. */
MF_ENTRY void mf_svdf_dynamic_s8(const int8_t *in, void *kept, const int8_t *feature,
                                 const void *time, const void *bias, int8_t *out,
                                 const MF_ROM mf_svdf_dynamic_s8_params *p);

#endif
