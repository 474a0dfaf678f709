/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* copy_constant in plain C. The constant may lie in program memory, where memcpy cannot read. */
#ifndef MF_COPY_CONSTANT_PORTABLE_H
#define MF_COPY_CONSTANT_PORTABLE_H

MF_ENTRY void mf_copy_constant(void *out, const MF_ROM mf_copy_constant_params *p) {
  const MF_ROM uint8_t *from = p->data;
  for (int32_t r = 0; r < p->rows; r++, from += p->row_bytes) {
    uint8_t *to = (uint8_t *)out + p->out_offset + (ptrdiff_t)r * p->out_step;
    for (int32_t i = 0; i < p->row_bytes; i++) to[i] = from[i];
  }
}

#endif
