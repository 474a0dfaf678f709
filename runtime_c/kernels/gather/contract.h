/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* gather: rows of a tensor of any type, picked by indices that are known at run time.

   The tensor is [batches][outer][size 0]...[size dims - 1][row], the indices are
   [batches][count][dims], the output is [batches][outer][count][row]. An index that is none of its
   dimension takes the nearest element: nothing outside the tensor is read. */
/* Needs mf_index.h. */
#ifndef MF_GATHER_CONTRACT_H
#define MF_GATHER_CONTRACT_H

typedef struct {
  int32_t batches;            /* 1 or more */
  int32_t outer;              /* slices of a batch that share its indices, 1 or more */
  int32_t count;              /* places of a batch */
  int32_t row_bytes;          /* bytes that lie together */
  int16_t index_bytes;        /* of an index: 4 or 8 */
  int16_t dims;               /* indices of a place, 1 or more */
  const MF_ROM int32_t *size; /* [dims], each 1 or more */
} mf_gather_params;

/* Computes the whole output in ascending order. The inputs lie apart from the output. */
MF_ENTRY void mf_gather(const void *in, const void *indices, void *out,
                        const MF_ROM mf_gather_params *p);

#endif
