/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_broadcast.h: operands that are broadcast against each other. Include mf_port.h first. */
#ifndef MF_BROADCAST_H
#define MF_BROADCAST_H

/* Where run `run` of a broadcast operand begins, in elements. `extents` and `strides` describe the
   `outer` dimensions around a run, from the innermost. */
MF_KERNEL ptrdiff_t mf_run_offset(int32_t run, int32_t outer, const MF_ROM int32_t *extents,
                                  const MF_ROM int32_t *strides) {
  ptrdiff_t offset = 0;
  if (outer == 0) return 0;
  for (int32_t d = 0; d < outer - 1; d++) {
    offset += (ptrdiff_t)(run % extents[d] * strides[d]);
    run /= extents[d];
  }
  return offset + (ptrdiff_t)(run * strides[outer - 1]);
}

/* The body of a kernel that makes each element of `out`, of type `made`, of the elements of two broadcast operands
   of type `type`, by mf_<kernel>_one(x, y, p). Both are read before it is written. */
#define MF_BROADCAST(kernel, type, made)                                        \
  MF_ENTRY void mf_##kernel(const type *a, const type *b, made *out,            \
                            const MF_ROM mf_##kernel##_params *p) {             \
    for (int32_t r = 0; r < p->runs; r++) {                                     \
      const type *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides); \
      const type *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides); \
      for (int32_t i = 0; i < p->count; i++, x += p->a_step, y += p->b_step)    \
        *out++ = mf_##kernel##_one(*x, *y, p);                                  \
    }                                                                           \
  }

#endif
