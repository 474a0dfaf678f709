/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* variants.h: a variant of a kernel, as variants.c calls it. tests/kernels/programs.py writes a file for each. */
#ifndef MF_VARIANTS_H
#define MF_VARIANTS_H

#include <stdint.h>

/* A function of the kernel: its pointers in the order of its parameters, and its numbers in theirs. Pointers
   to constants are, where program memory is apart, addresses there. */
typedef void mf_tried(void *const *at, const int32_t *numbers);

/* In this order: whole, rows, begin, add, end, raise; null where the kernel has no such function. */
#define MF_TRIED_FUNCTIONS 6

typedef struct {
  mf_tried *functions[MF_TRIED_FUNCTIONS];
} mf_variant;

/* The variants that were linked. */
extern const mf_variant *const mf_variants[];

/* The address of a constant. */
#define MF_TRIED_ROM(at) ((const MF_ROM void *)(at))

#endif
