/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* reduce_max_s8 in plain C. The least is the greatest with all signs changed. */
#ifndef MF_REDUCE_MAX_S8_PORTABLE_H
#define MF_REDUCE_MAX_S8_PORTABLE_H

/* The greatest of the elements behind one output, its sign changed as theirs; `x` is the first of them. */
MF_KERNEL int32_t mf_reduce_max_s8_best(const int8_t *x, const MF_ROM mf_reduce_max_s8_params *p) {
  const int32_t inner = p->over1 * p->kept2;
  int32_t best = -129;
  for (int32_t i = 0; i < p->over0; i++) {
    const int8_t *row = x + (ptrdiff_t)i * p->kept1 * inner;
    for (int32_t j = 0; j < inner; j += p->kept2) {
      const int32_t value = row[j] * p->sign;
      if (value > best) best = value;
    }
  }
  return best;
}

MF_ENTRY void mf_reduce_max_s8(const void *in, void *out, const MF_ROM mf_reduce_max_s8_params *p) {
  const int32_t middle = p->over1 * p->kept2;
  const int32_t outer = p->over0 * p->kept1 * middle;
  const int8_t *x = (const int8_t *)in;
  int8_t *y = (int8_t *)out;
  for (int32_t a = 0; a < p->kept0; a++, x += outer) {
    for (int32_t b = 0; b < p->kept1; b++) {
      for (int32_t c = 0; c < p->kept2; c++)
        *y++ = (int8_t)(mf_reduce_max_s8_best(x + b * middle + c, p) * p->sign);
    }
  }
}

MF_ENTRY void mf_reduce_max_s8_begin(int32_t *sums, const MF_ROM mf_reduce_max_s8_params *p) {
  for (int32_t i = 0; i < p->kept1; i++) sums[i] = -129;
}

MF_ENTRY void mf_reduce_max_s8_add(const void *in, int32_t first, int32_t count, int32_t *sums,
                                   const MF_ROM mf_reduce_max_s8_params *p) {
  const int8_t *x = (const int8_t *)in;
  (void)first;
  for (const int8_t *end = x + count; x != end;)
    for (int32_t i = 0; i < p->kept1; i++, x++) {
      const int32_t value = *x * p->sign;
      if (value > sums[i]) sums[i] = value;
    }
}

MF_ENTRY void mf_reduce_max_s8_end(const int32_t *sums, void *out,
                                   const MF_ROM mf_reduce_max_s8_params *p) {
  int8_t *y = (int8_t *)out;
  for (int32_t i = 0; i < p->kept1; i++) y[i] = (int8_t)(sums[i] * p->sign);
}

#endif
