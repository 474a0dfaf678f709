/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* add_s8 for computers with vector registers: what an operand's 256 values are in the common scale is worked out
   once. */
/* Needs mf_layer.h and mf_vectors.h. */
#ifndef MF_ADD_S8_HOST_H
#define MF_ADD_S8_HOST_H

/* Elements from which on the tables pay. */
#define MF_ADD_S8_MANY 1024

/* An operand in the common scale. */
MF_KERNEL int32_t mf_add_s8_scaled(int32_t x, int32_t zero_point, int32_t multiplier,
                                   int32_t shift) {
  return mf_requantise((x - zero_point) * ((int32_t)1 << 20), multiplier, shift);
}

/* The same of every value, from -128 on. */
MF_INNER void mf_add_s8_table(int32_t *table, int32_t zero_point, int32_t multiplier,
                              int32_t shift) {
  for (int32_t x = INT8_MIN; x <= INT8_MAX; x++)
    *table++ = mf_add_s8_scaled(x, zero_point, multiplier, shift);
}

/* The outputs of n sums in the common scale, at most a strip. */
MF_INNER void mf_add_s8_strip(const int32_t *restrict sum, int n, int8_t *restrict out,
                              const MF_ROM mf_add_s8_params *restrict p) {
  const int32_t multiplier = p->out_multiplier, shift = p->out_shift;
  const int32_t zero_point = p->out_zero_point, low = p->out_min, high = p->out_max;
  int32_t scaled[MF_STRIP];
  for (int i = 0; i < n; i++) scaled[i] = mf_requantise(sum[i], multiplier, shift);
  for (int i = 0; i < n; i++)
    out[i] = (int8_t)mf_clamp(mf_wrapping_add(scaled[i], zero_point), low, high);
}

/* Adds a run by the tables of both operands, which begin at -128. */
MF_KERNEL void mf_add_s8_run(const int8_t *x, const int8_t *y, const int32_t *a, const int32_t *b,
                             int8_t *out, const MF_ROM mf_add_s8_params *p) {
  const int x_step = p->a_step, y_step = p->b_step;
  int32_t sum[MF_STRIP];
  for (int i = 0, n; i < (int)p->count; i += n) {
    n = mf_strip((int)p->count - i);
    for (int k = 0; k < n; k++, x += x_step, y += y_step) sum[k] = a[*x + 128] + b[*y + 128];
    mf_add_s8_strip(sum, n, out + i, p);
  }
}

/* Adds a run element by element. */
MF_KERNEL void mf_add_s8_few(const int8_t *x, const int8_t *y, int8_t *out,
                             const MF_ROM mf_add_s8_params *p) {
  for (int32_t i = 0; i < p->count; i++, x += p->a_step, y += p->b_step) {
    const int32_t sum = mf_add_s8_scaled(*x, p->a_zero_point, p->a_multiplier, p->a_shift) +
                        mf_add_s8_scaled(*y, p->b_zero_point, p->b_multiplier, p->b_shift);
    out[i] = mf_output_s8(sum, p->out_multiplier, p->out_shift, p->out_zero_point, p->out_min,
                          p->out_max);
  }
}

MF_ENTRY void mf_add_s8(const int8_t *a, const int8_t *b, int8_t *out,
                        const MF_ROM mf_add_s8_params *p) {
  const int many = p->count >= MF_ADD_S8_MANY / p->runs;
  int32_t a_table[256], b_table[256];
  if (many) {
    mf_add_s8_table(a_table, p->a_zero_point, p->a_multiplier, p->a_shift);
    mf_add_s8_table(b_table, p->b_zero_point, p->b_multiplier, p->b_shift);
  }
  for (int32_t r = 0; r < p->runs; r++, out += p->count) {
    const int8_t *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const int8_t *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    if (many)
      mf_add_s8_run(x, y, a_table, b_table, out, p);
    else
      mf_add_s8_few(x, y, out, p);
  }
}

#endif
