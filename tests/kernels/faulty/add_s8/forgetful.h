/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* add_s8 that leaves out the first element. */
#define mf_add_s8 right_add_s8
#include "add_s8/portable.h"
#undef mf_add_s8

MF_ENTRY void mf_add_s8(const int8_t *a, const int8_t *b, int8_t *out,
                        const MF_ROM mf_add_s8_params *p) {
  const int8_t before = out[0];
  right_add_s8(a, b, out, p);
  out[0] = before;
}
