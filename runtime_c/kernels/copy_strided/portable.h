/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* copy_strided in plain C. */
#ifndef MF_COPY_STRIDED_PORTABLE_H
#define MF_COPY_STRIDED_PORTABLE_H

MF_ENTRY void mf_copy_strided(const void *in, void *out, const MF_ROM mf_copy_strided_params *p) {
  const uint8_t *from = (const uint8_t *)in + p->in_offset;
  uint8_t *to = (uint8_t *)out + p->out_offset;
  for (int32_t r = 0; r < p->rows; r++) {
    memcpy(to + (ptrdiff_t)r * p->out_step, from + (ptrdiff_t)r * p->in_step, (size_t)p->row_bytes);
  }
}

#endif
