/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* svdf_s8 in plain C. */
#ifndef MF_SVDF_S8_PORTABLE_H
#define MF_SVDF_S8_PORTABLE_H

/* What the filters f to f + lanes keep of the input. */
MF_KERNEL void mf_svdf_s8_values(const int8_t *in, int32_t f, int32_t lanes, int32_t *values,
                                 const MF_ROM mf_svdf_s8_params *p) {
  const ptrdiff_t in_c = (ptrdiff_t)p->in_c;
  for (int32_t i = 0; i < MF_LANES; i++) values[i] = 0;
  mf_dots_s8(in, p->feature + f * in_c, in_c, (int)in_c, (int)lanes, values);
  for (int32_t i = 0; i < lanes; i++) {
    const int32_t sum = mf_wrapping_add(values[i], p->offset[f + i]);
    const int32_t scaled = mf_requantise(sum, p->kept_multiplier, p->kept_shift);
    values[i] = mf_clamp(scaled, p->kept_min, p->kept_max) + p->kept_zero_point;
  }
}

/* Keeps a value of filter f behind its last ones, which begin `at` values into the memory of all; returns the weighted
   sum over time. A value that the zero point moved out of range loses its high bits, as in the reference. */
MF_KERNEL int32_t mf_svdf_s8_over_time(void *kept, ptrdiff_t at, int32_t value, int32_t f,
                                       const MF_ROM mf_svdf_s8_params *p) {
  const int n = (int)p->memory;
  const ptrdiff_t time = (ptrdiff_t)f * n;
  if (p->time_s8 != NULL) return mf_slide_s8((int8_t *)kept + at, value, p->time_s8 + time, n);
  return mf_slide_s16((int16_t *)kept + at, value, p->time_s16 + time, n);
}

MF_ENTRY void mf_svdf_s8(const int8_t *in, void *kept, int8_t *out,
                         const MF_ROM mf_svdf_s8_params *p) {
  const int32_t filters = p->out_c * p->rank;
  ptrdiff_t at = 0;
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c) {
    int32_t sum = 0, o = 0, left = p->rank; /* filters of the output that are still to come */
    for (int32_t f = 0, lanes; f < filters; f += lanes) {
      int32_t values[MF_LANES];
      lanes = mf_lanes(filters - f);
      mf_svdf_s8_values(in, f, lanes, values, p);
      for (int32_t i = 0; i < lanes; i++, at += (ptrdiff_t)p->memory) {
        sum = mf_wrapping_add(sum, mf_svdf_s8_over_time(kept, at, values[i], f + i, p));
        if (--left > 0) continue;
        *out++ = mf_output_s8(mf_wrapping_add(sum, p->bias[o++]), p->out_multiplier, p->out_shift,
                              p->out_zero_point, -128, 127);
        sum = 0, left = p->rank;
      }
    }
  }
}

#endif
