/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* reverse: some axes of a tensor of any type backwards, which are known at run time.

   An axis below 0 counts from the last; one that is no axis of the tensor is left out. */
#ifndef MF_REVERSE_CONTRACT_H
#define MF_REVERSE_CONTRACT_H

typedef struct {
  int32_t elements;           /* product of `size` */
  int32_t unit;               /* bytes of an element */
  int32_t axes;               /* numbers of the second input */
  int32_t dims;               /* 0 to 8 */
  const MF_ROM int32_t *size; /* [dims], outermost first */
} mf_reverse_params;

/* Computes the whole output in ascending order. The inputs lie apart from the output. */
MF_ENTRY void mf_reverse(const void *in, const int32_t *axes, void *out,
                         const MF_ROM mf_reverse_params *p);

#endif
