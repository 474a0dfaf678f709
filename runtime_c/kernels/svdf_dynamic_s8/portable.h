/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* svdf_dynamic_s8 in plain C. */
#ifndef MF_SVDF_DYNAMIC_S8_PORTABLE_H
#define MF_SVDF_DYNAMIC_S8_PORTABLE_H

/* The product of two numbers, of which the low bits count. */
MF_KERNEL int32_t mf_svdf_dynamic_s8_product(int32_t a, int32_t b) {
  return (int32_t)((uint32_t)a * (uint32_t)b);
}

/* What a filter keeps of the input. */
MF_KERNEL int32_t mf_svdf_dynamic_s8_value(const int8_t *in, const int8_t *feature,
                                           const MF_ROM mf_svdf_dynamic_s8_params *p) {
  int32_t sum = 0;
  for (int32_t i = 0; i < p->in_c; i++)
    sum = mf_wrapping_add(sum, (in[i] - p->in_zero_point) * feature[i]);
  const int32_t scaled = mf_requantise(sum, p->kept_multiplier, p->kept_shift);
  return mf_clamp(scaled, p->kept_min, p->kept_max) + p->kept_zero_point;
}

/* Element i of kept values or of their weights. */
MF_KERNEL int32_t mf_svdf_dynamic_s8_at(const void *values, ptrdiff_t i, int32_t wide) {
  return wide ? ((const int16_t *)values)[i] : ((const int8_t *)values)[i];
}

/* Keeps a value, its low bits where it is out of range, as the reference does. */
MF_KERNEL void mf_svdf_dynamic_s8_keep(void *kept, ptrdiff_t i, int32_t value, int32_t wide) {
  if (wide)
    ((int16_t *)kept)[i] = (int16_t)value;
  else
    ((int8_t *)kept)[i] = (int8_t)value;
}

/* Puts a value behind the last ones that a filter keeps, from element k on; returns their weighted sum, with the
   weights from element t on. */
MF_INNER int32_t mf_svdf_dynamic_s8_filter(void *kept, ptrdiff_t k, const void *time, ptrdiff_t t,
                                           int32_t value,
                                           const MF_ROM mf_svdf_dynamic_s8_params *p) {
  int32_t sum = 0;
  for (int32_t left = p->memory; left > 0; left--, k++, t++) {
    const int32_t next = left > 1 ? mf_svdf_dynamic_s8_at(kept, k + 1, p->wide) : value;
    mf_svdf_dynamic_s8_keep(kept, k, next, p->wide);
    const int32_t centred = mf_svdf_dynamic_s8_at(kept, k, p->wide) - p->kept_zero_point;
    sum = mf_wrapping_add(
        sum, mf_svdf_dynamic_s8_product(centred, mf_svdf_dynamic_s8_at(time, t, p->wide)));
  }
  return sum;
}

MF_ENTRY void mf_svdf_dynamic_s8(const int8_t *in, void *kept, const int8_t *feature,
                                 const void *time, const void *bias, int8_t *out,
                                 const MF_ROM mf_svdf_dynamic_s8_params *p) {
  const int32_t filters = p->out_c * p->rank;
  ptrdiff_t k = 0;
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c)
    for (int32_t f = 0; f < filters; out++) {
      int32_t sum = p->has_bias ? ((const int32_t *)bias)[f / p->rank] : 0;
      for (const int32_t end = f + p->rank; f < end; f++, k += (ptrdiff_t)p->memory) {
        const int32_t value = mf_svdf_dynamic_s8_value(in, feature + (ptrdiff_t)f * p->in_c, p);
        sum = mf_wrapping_add(
            sum, mf_svdf_dynamic_s8_filter(kept, k, time, (ptrdiff_t)(f * p->memory), value, p));
      }
      *out = mf_output_s8(sum, p->out_multiplier, p->out_shift, p->out_zero_point, -128, 127);
    }
}

#endif
