/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* svdf_s8 in plain C. */
#ifndef MF_SVDF_S8_PORTABLE_H
#define MF_SVDF_S8_PORTABLE_H

/* What filter f of a batch keeps of the input. */
MF_KERNEL int32_t mf_svdf_s8_value(const int8_t *in, int32_t f, const MF_ROM mf_svdf_s8_params *p) {
  const int32_t products = mf_dot_s8(in, p->feature + (ptrdiff_t)(f * p->in_c), (int)p->in_c);
  const int32_t sum = mf_wrapping_add(products, p->offset[f]);
  const int32_t scaled = mf_requantise(sum, p->kept_multiplier, p->kept_shift);
  return mf_clamp(scaled, p->kept_min, p->kept_max) + p->kept_zero_point;
}

/* Keeps a value behind the n - 1 last ones, its low bits where the zero point moved it out of range, as the reference
   does; returns the weighted sum of all n. */
MF_KERNEL int32_t mf_svdf_s8_narrow(int8_t *kept, int32_t value, const MF_ROM int8_t *time, int n) {
  int32_t sum = 0;
  for (const int8_t *last = kept + n - 1; kept != last; kept++, time++) {
    *kept = kept[1];
    sum += *kept * *time;
  }
  *kept = (int8_t)value;
  return sum + *kept * *time;
}

MF_KERNEL int32_t mf_svdf_s8_wide(int16_t *kept, int32_t value, const MF_ROM int16_t *time, int n) {
  int32_t sum = 0;
  for (const int16_t *last = kept + n - 1; kept != last; kept++, time++) {
    *kept = kept[1];
    sum = mf_wrapping_add(sum, (int32_t)*kept * *time);
  }
  *kept = (int16_t)value;
  return mf_wrapping_add(sum, (int32_t)*kept * *time);
}

/* The sum of output o of a batch, whose kept values begin `kept` values into the memory of all. */
MF_KERNEL int32_t mf_svdf_s8_sum(const int8_t *in, void *memory, ptrdiff_t kept, int32_t o,
                                 const MF_ROM mf_svdf_s8_params *p) {
  const int n = (int)p->memory;
  int32_t sum = p->bias[o];
  for (int32_t f = o * p->rank, end = f + p->rank; f < end; f++, kept += n) {
    const int32_t value = mf_svdf_s8_value(in, f, p);
    const ptrdiff_t time = (ptrdiff_t)f * n;
    if (p->time_s8 != NULL)
      sum = mf_wrapping_add(
          sum, mf_svdf_s8_narrow((int8_t *)memory + kept, value, p->time_s8 + time, n));
    else
      sum = mf_wrapping_add(
          sum, mf_svdf_s8_wide((int16_t *)memory + kept, value, p->time_s16 + time, n));
  }
  return sum;
}

MF_ENTRY void mf_svdf_s8(const int8_t *in, void *kept, int8_t *out,
                         const MF_ROM mf_svdf_s8_params *p) {
  const ptrdiff_t step = (ptrdiff_t)(p->rank * p->memory);
  ptrdiff_t at = 0;
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c)
    for (int32_t o = 0; o < p->out_c; o++, at += step)
      *out++ = mf_output_s8(mf_svdf_s8_sum(in, kept, at, o, p), p->out_multiplier, p->out_shift,
                            p->out_zero_point, -128, 127);
}

#endif
