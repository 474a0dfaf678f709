/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* scaled_product_s8 in plain C. */
#ifndef MF_SCALED_PRODUCT_S8_PORTABLE_H
#define MF_SCALED_PRODUCT_S8_PORTABLE_H

MF_KERNEL int8_t mf_scaled_product_s8_one(int8_t a, int8_t b,
                                          const MF_ROM mf_scaled_product_s8_params *p) {
  const int32_t product = ((int32_t)a - p->a_zero_point) * ((int32_t)b - p->b_zero_point);
  return mf_nearest_s8((float)product * p->scale, p->out_zero_point, p->out_min, p->out_max);
}

MF_BROADCAST(scaled_product_s8, int8_t, int8_t)

#endif
