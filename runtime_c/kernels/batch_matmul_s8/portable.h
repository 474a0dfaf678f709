/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* batch_matmul_s8 in plain C. */
#ifndef MF_BATCH_MATMUL_S8_PORTABLE_H
#define MF_BATCH_MATMUL_S8_PORTABLE_H

/* What the zero point of b takes from every sum over a row of a. */
MF_KERNEL uint32_t mf_batch_matmul_s8_offset(const int8_t *a,
                                             const MF_ROM mf_batch_matmul_s8_params *p) {
  const int32_t zero = p->b_zero_point;
  uint32_t sum = 0;
  if (zero == 0) return 0;
  for (int32_t k = 0; k < p->depth; k++) sum += (uint32_t)(a[k * p->a_step] - p->a_zero_point);
  return sum * (uint32_t)zero;
}

/* The sum over a row of a and a column of b. */
MF_INNER uint32_t mf_batch_matmul_s8_sum(const int8_t *a, const int8_t *b,
                                         const MF_ROM mf_batch_matmul_s8_params *p) {
  const ptrdiff_t a_step = (ptrdiff_t)p->a_step, b_step = (ptrdiff_t)p->b_step;
  const int a_zero = p->a_zero_point;
  uint32_t sum = 0;
  for (ptrdiff_t left = (ptrdiff_t)p->depth, at = 0, bt = 0; left > 0;
       left--, at += a_step, bt += b_step)
    sum += (uint32_t)((a[at] - a_zero) * b[bt]);
  return sum;
}

/* The same for as many neighbouring columns as there are lanes. */
MF_INNER void mf_batch_matmul_s8_sums(const int8_t *a, const int8_t *b, uint32_t *sum,
                                      const MF_ROM mf_batch_matmul_s8_params *p) {
  const int8_t *b1 = b + p->b_column, *b2 = b1 + p->b_column, *b3 = b2 + p->b_column;
  const ptrdiff_t a_step = (ptrdiff_t)p->a_step, b_step = (ptrdiff_t)p->b_step;
  const int a_zero = p->a_zero_point;
  uint32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (ptrdiff_t left = (ptrdiff_t)p->depth, at = 0, bt = 0; left > 0;
       left--, at += a_step, bt += b_step) {
    const int v = a[at] - a_zero;
    s0 += (uint32_t)(v * b[bt]);
    s1 += (uint32_t)(v * b1[bt]);
    s2 += (uint32_t)(v * b2[bt]);
    s3 += (uint32_t)(v * b3[bt]);
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
}

MF_KERNEL void mf_batch_matmul_s8_row(const int8_t *a, const int8_t *b, int8_t *out,
                                      const MF_ROM mf_batch_matmul_s8_params *p) {
  const uint32_t offset = mf_batch_matmul_s8_offset(a, p);
  for (int32_t j = 0, lanes; j < p->columns; j += lanes, b += lanes * p->b_column) {
    uint32_t sum[MF_LANES];
    lanes = p->columns - j < MF_LANES ? 1 : MF_LANES;
    if (lanes == 1)
      sum[0] = mf_batch_matmul_s8_sum(a, b, p);
    else
      mf_batch_matmul_s8_sums(a, b, sum, p);
    for (int32_t i = 0; i < lanes; i++)
      *out++ = mf_output_s8((int32_t)(sum[i] - offset), p->multiplier, p->shift, p->out_zero_point,
                            INT8_MIN, INT8_MAX);
  }
}

MF_ENTRY void mf_batch_matmul_s8(const int8_t *a, const int8_t *b, int8_t *out,
                                 const MF_ROM mf_batch_matmul_s8_params *p) {
  for (int32_t r = 0; r < p->runs; r++) {
    const int8_t *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const int8_t *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    for (int32_t i = 0; i < p->rows; i++, x += p->a_row, out += p->columns)
      mf_batch_matmul_s8_row(x, y, out, p);
  }
}

#endif
