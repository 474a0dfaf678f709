/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* batch_matmul_s8 in plain C. */
#ifndef MF_BATCH_MATMUL_S8_PORTABLE_H
#define MF_BATCH_MATMUL_S8_PORTABLE_H

/* The sum over a row of a and a column of b. */
MF_INNER int32_t mf_batch_matmul_s8_sum(const int8_t *a, const int8_t *b,
                                        const MF_ROM mf_batch_matmul_s8_params *p) {
  const ptrdiff_t a_step = (ptrdiff_t)p->a_step, b_step = (ptrdiff_t)p->b_step;
  const int32_t a_zero = p->a_zero_point, b_zero = p->b_zero_point;
  uint32_t sum = 0;
  for (ptrdiff_t left = (ptrdiff_t)p->depth, at = 0, bt = 0; left > 0;
       left--, at += a_step, bt += b_step)
    sum += (uint32_t)((a[at] - a_zero) * (b[bt] - b_zero));
  return (int32_t)sum;
}

MF_KERNEL void mf_batch_matmul_s8_matrix(const int8_t *a, const int8_t *b, int8_t *out,
                                         const MF_ROM mf_batch_matmul_s8_params *p) {
  for (int32_t i = 0; i < p->rows; i++)
    for (int32_t j = 0; j < p->columns; j++)
      *out++ = mf_output_s8(
          mf_batch_matmul_s8_sum(a + (ptrdiff_t)i * p->a_row, b + (ptrdiff_t)j * p->b_column, p),
          p->multiplier, p->shift, p->out_zero_point, INT8_MIN, INT8_MAX);
}

MF_ENTRY void mf_batch_matmul_s8(const int8_t *a, const int8_t *b, int8_t *out,
                                 const MF_ROM mf_batch_matmul_s8_params *p) {
  const ptrdiff_t size = (ptrdiff_t)(p->rows * p->columns);
  for (int32_t r = 0; r < p->runs; r++, out += size)
    mf_batch_matmul_s8_matrix(a + mf_run_offset(r, p->outer, p->extents, p->a_strides),
                              b + mf_run_offset(r, p->outer, p->extents, p->b_strides), out, p);
}

#endif
