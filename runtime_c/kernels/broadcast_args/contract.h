/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* broadcast_args: the shape that shapes a and b are broadcast to, as tensors of sizes.

   A size of 1 becomes the other's; where neither is 1 and they differ, it is a's. */
/* Needs mf_index.h. */
#ifndef MF_BROADCAST_ARGS_CONTRACT_H
#define MF_BROADCAST_ARGS_CONTRACT_H

typedef struct {
  int32_t a_dims;     /* sizes of a, 1 or more */
  int32_t b_dims;     /* sizes of b, 1 or more; the output has as many as the longer of both */
  int32_t size_bytes; /* of a size: 4 or 8 */
} mf_broadcast_args_params;

/* The inputs lie apart from the output. */
MF_ENTRY void mf_broadcast_args(const void *a, const void *b, void *out,
                                const MF_ROM mf_broadcast_args_params *p);

#endif
