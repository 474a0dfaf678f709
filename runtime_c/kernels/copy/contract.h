/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* copy: a tensor of any type, byte for byte. */
#ifndef MF_COPY_CONTRACT_H
#define MF_COPY_CONTRACT_H

typedef struct {
  int32_t bytes; /* 0 or more */
} mf_copy_params;

/* Copies the tensor. `in` and `out` may be the same memory, or overlap. */
MF_ENTRY void mf_copy(const void *in, void *out, const MF_ROM mf_copy_params *p);

#endif
