/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* root_u64: square roots, uint64 to uint32, shifted to the right by so many bits as an operand says. */
#ifndef MF_ROOT_U64_CONTRACT_H
#define MF_ROOT_U64_CONTRACT_H

typedef struct {
  int32_t count; /* elements */
} mf_root_u64_params;

/* Roots are rounded to nearest, but where that would make 2^16 of a number below 2^32, or 2^32. Of `bits`, the last five
   count. */
MF_ENTRY void mf_root_u64(const uint64_t *in, const int32_t *bits, uint32_t *out,
                          const MF_ROM mf_root_u64_params *p);

#endif
