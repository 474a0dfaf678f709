/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* svdf_s8: filters over the last inputs, each of rank one: a weighted sum of every input, of which the last few are kept,
   and a weighted sum of these over time. Some filters together make an output. Values that are kept are int8 or int16. */
/* Needs mf_dots.h and mf_slide.h. */
#ifndef MF_SVDF_S8_CONTRACT_H
#define MF_SVDF_S8_CONTRACT_H

typedef struct {
  int32_t batches;                /* 1 or more */
  int32_t in_c;                   /* values of an input, 1 or more */
  int32_t out_c;                  /* outputs, 1 or more */
  int32_t rank;                   /* filters of an output, 1 or more */
  int32_t memory;                 /* values that a filter keeps, 1 or more */
  int32_t kept_zero_point;        /* of the kept values; the sum wraps around */
  int32_t kept_min;               /* they are clamped to this range, less the zero point */
  int32_t kept_max;               /* kept_min or more */
  int32_t kept_multiplier;        /* from sums over the input to kept values, Q0.31 */
  int32_t kept_shift;             /* -31 to 30 */
  int32_t out_zero_point;         /* -128 to 127 */
  int32_t out_multiplier;         /* from sums over time to outputs, Q0.31 */
  int32_t out_shift;              /* -31 to 30 */
  const MF_ROM int8_t *feature;   /* [out_c][rank][in_c], weights of the input */
  const MF_ROM int32_t *offset;   /* [out_c][rank], what the input's zero point adds */
  const MF_ROM int8_t *time_s8;   /* [out_c][rank][memory], oldest first; null: time_s16 */
  const MF_ROM int16_t *time_s16; /* the same where kept values are int16; null: time_s8 */
  const MF_ROM int32_t *bias;     /* [out_c], with what the kept zero point adds */
} mf_svdf_s8_params;

/* `kept` is [batches][out_c][rank][memory], int8_t or int16_t, the oldest value first. It lies apart from the others, as
   `in` and `out` do. */
MF_ENTRY void mf_svdf_s8(const int8_t *in, void *kept, int8_t *out,
                         const MF_ROM mf_svdf_s8_params *p);

#endif
