/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* arg_max_s8 in plain C. */
#ifndef MF_ARG_MAX_S8_PORTABLE_H
#define MF_ARG_MAX_S8_PORTABLE_H

/* The position of the greatest of the elements from `x` on, all signs changed where the least is wanted. */
MF_KERNEL int32_t mf_arg_max_s8_position(const int8_t *x, const MF_ROM mf_arg_max_s8_params *p) {
  const int8_t *best = x;
  int32_t found = 0;
  for (int32_t i = 1; i < p->depth; i++) {
    x += p->inner;
    if (!(*x * p->sign > *best * p->sign)) continue;
    best = x;
    found = i;
  }
  return found;
}

MF_ENTRY void mf_arg_max_s8(const int8_t *in, void *out, const MF_ROM mf_arg_max_s8_params *p) {
  int32_t *narrow = (int32_t *)out;
  int64_t *wide = (int64_t *)out;
  for (int32_t a = 0; a < p->outer; a++, in += (ptrdiff_t)p->depth * p->inner) {
    for (int32_t b = 0; b < p->inner; b++) {
      const int32_t position = mf_arg_max_s8_position(in + b, p);
      if (p->wide)
        *wide++ = position;
      else
        *narrow++ = position;
    }
  }
}

#endif
