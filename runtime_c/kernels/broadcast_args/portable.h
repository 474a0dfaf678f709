/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* broadcast_args in plain C. */
#ifndef MF_BROADCAST_ARGS_PORTABLE_H
#define MF_BROADCAST_ARGS_PORTABLE_H

MF_ENTRY void mf_broadcast_args(const void *a, const void *b, void *out,
                                const MF_ROM mf_broadcast_args_params *p) {
  const int32_t bytes = p->size_bytes;
  int32_t i = p->a_dims, j = p->b_dims;
  for (int32_t k = (i > j ? i : j) - 1; k >= 0; k--) {
    i--, j--;
    /* Held between 0 and 2, a size is 1 only where it was. */
    const int from_b = i < 0 || (j >= 0 && mf_index(a, i, bytes, 3) == 1);
    const uint8_t *size = from_b ? (const uint8_t *)b + (ptrdiff_t)j * bytes
                                 : (const uint8_t *)a + (ptrdiff_t)i * bytes;
    memcpy((uint8_t *)out + (ptrdiff_t)k * bytes, size, (size_t)bytes);
  }
}

#endif
