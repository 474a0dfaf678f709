/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* reduce_max_f32 in plain C. The least is the greatest with all signs changed. */
#ifndef MF_REDUCE_MAX_F32_PORTABLE_H
#define MF_REDUCE_MAX_F32_PORTABLE_H

#define MF_REDUCE_MAX_F32_LIMIT 3.402823466e38f /* the largest finite number */

/* The greatest of the elements behind one output, its sign changed as theirs; `x` is the first of them. */
MF_KERNEL float mf_reduce_max_f32_best(const float *x, const MF_ROM mf_reduce_max_f32_params *p) {
  const int32_t inner = p->over1 * p->kept2;
  float best = -MF_REDUCE_MAX_F32_LIMIT;
  for (int32_t i = 0; i < p->over0; i++) {
    const float *row = x + (ptrdiff_t)i * p->kept1 * inner;
    for (int32_t j = 0; j < inner; j += p->kept2) {
      const float value = row[j] * (float)p->sign;
      if (value > best) best = value;
    }
  }
  return best;
}

MF_ENTRY void mf_reduce_max_f32(const float *in, float *out,
                                const MF_ROM mf_reduce_max_f32_params *p) {
  const int32_t middle = p->over1 * p->kept2;
  const int32_t outer = p->over0 * p->kept1 * middle;
  for (int32_t a = 0; a < p->kept0; a++, in += outer) {
    for (int32_t b = 0; b < p->kept1; b++) {
      for (int32_t c = 0; c < p->kept2; c++)
        *out++ = mf_reduce_max_f32_best(in + b * middle + c, p) * (float)p->sign;
    }
  }
}

MF_ENTRY void mf_reduce_max_f32_begin(float *sums, const MF_ROM mf_reduce_max_f32_params *p) {
  for (int32_t i = 0; i < p->kept1; i++) sums[i] = -MF_REDUCE_MAX_F32_LIMIT;
}

MF_ENTRY void mf_reduce_max_f32_add(const float *in, int32_t first, int32_t count, float *sums,
                                    const MF_ROM mf_reduce_max_f32_params *p) {
  (void)first;
  for (const float *end = in + count; in != end;)
    for (int32_t i = 0; i < p->kept1; i++, in++) {
      const float value = *in * (float)p->sign;
      if (value > sums[i]) sums[i] = value;
    }
}

MF_ENTRY void mf_reduce_max_f32_end(const float *sums, float *out,
                                    const MF_ROM mf_reduce_max_f32_params *p) {
  for (int32_t i = 0; i < p->kept1; i++) out[i] = sums[i] * (float)p->sign;
}

#endif
