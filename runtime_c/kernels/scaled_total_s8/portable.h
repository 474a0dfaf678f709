/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* scaled_total_s8 in plain C. */
#ifndef MF_SCALED_TOTAL_S8_PORTABLE_H
#define MF_SCALED_TOTAL_S8_PORTABLE_H

/* Output number n of a block, whose elements begin at `in`. */
MF_KERNEL int8_t mf_scaled_total_s8_one(const int8_t *in, int32_t n,
                                        const MF_ROM mf_scaled_total_s8_params *p) {
  const int32_t inner = p->over1 * p->kept2;
  const int8_t *x = in + (ptrdiff_t)(n / p->kept2 * inner + n % p->kept2);
  int32_t sum = 0;
  for (int32_t i = 0; i < p->over0; i++, x += (ptrdiff_t)(p->kept1 * inner))
    for (int32_t j = 0; j < inner; j += p->kept2) sum += x[j];
  return mf_nearest_s8((float)sum * p->scale + p->offset, 0, INT8_MIN, INT8_MAX);
}

MF_ENTRY void mf_scaled_total_s8(const int8_t *in, int8_t *out,
                                 const MF_ROM mf_scaled_total_s8_params *p) {
  const int32_t made = p->kept1 * p->kept2;
  for (int32_t a = 0; a < p->kept0; a++, in += (ptrdiff_t)(p->over0 * made * p->over1))
    for (int32_t n = 0; n < made; n++) *out++ = mf_scaled_total_s8_one(in, n, p);
}

#endif
