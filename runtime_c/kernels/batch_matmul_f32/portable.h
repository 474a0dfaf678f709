/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* batch_matmul_f32 in plain C. */
#ifndef MF_BATCH_MATMUL_F32_PORTABLE_H
#define MF_BATCH_MATMUL_F32_PORTABLE_H

/* The sum over a row of a and a column of b. */
MF_INNER float mf_batch_matmul_f32_sum(const float *a, const float *b,
                                       const MF_ROM mf_batch_matmul_f32_params *p) {
  const ptrdiff_t a_step = (ptrdiff_t)p->a_step, b_step = (ptrdiff_t)p->b_step;
  float sum = 0.0f;
  for (ptrdiff_t left = (ptrdiff_t)p->depth, at = 0, bt = 0; left > 0;
       left--, at += a_step, bt += b_step)
    sum += a[at] * b[bt];
  return sum;
}

/* The same for as many neighbouring columns as there are lanes. */
MF_INNER void mf_batch_matmul_f32_sums(const float *a, const float *b, float *sum,
                                       const MF_ROM mf_batch_matmul_f32_params *p) {
  const float *b1 = b + p->b_column, *b2 = b1 + p->b_column, *b3 = b2 + p->b_column;
  const ptrdiff_t a_step = (ptrdiff_t)p->a_step, b_step = (ptrdiff_t)p->b_step;
  float s0 = 0.0f, s1 = 0.0f, s2 = 0.0f, s3 = 0.0f;
  for (ptrdiff_t left = (ptrdiff_t)p->depth, at = 0, bt = 0; left > 0;
       left--, at += a_step, bt += b_step) {
    const float v = a[at];
    s0 += v * b[bt];
    s1 += v * b1[bt];
    s2 += v * b2[bt];
    s3 += v * b3[bt];
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
}

MF_KERNEL void mf_batch_matmul_f32_row(const float *a, const float *b, float *out,
                                       const MF_ROM mf_batch_matmul_f32_params *p) {
  for (int32_t j = 0, lanes; j < p->columns; j += lanes, b += lanes * p->b_column) {
    float sum[MF_LANES];
    lanes = p->columns - j < MF_LANES ? 1 : MF_LANES;
    if (lanes == 1)
      sum[0] = mf_batch_matmul_f32_sum(a, b, p);
    else
      mf_batch_matmul_f32_sums(a, b, sum, p);
    for (int32_t i = 0; i < lanes; i++) *out++ = sum[i];
  }
}

MF_ENTRY void mf_batch_matmul_f32(const float *a, const float *b, float *out,
                                  const MF_ROM mf_batch_matmul_f32_params *p) {
  for (int32_t r = 0; r < p->runs; r++) {
    const float *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const float *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    for (int32_t i = 0; i < p->rows; i++, x += p->a_row, out += p->columns)
      mf_batch_matmul_f32_row(x, y, out, p);
  }
}

#endif
