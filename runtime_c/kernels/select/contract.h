/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* select: elements of a where c is true, of b where it is not; all three are broadcast.

   The output is a walk over `runs` of `count` elements. Within a run an operand advances by one
   element or stands still; from run to run it moves by the strides of the `outer` dimensions. */
/* Needs mf_broadcast.h. */
#ifndef MF_SELECT_CONTRACT_H
#define MF_SELECT_CONTRACT_H

typedef struct {
  int32_t unit;                    /* bytes of an element of a, b and the output */
  int32_t runs;                    /* product of `extents` */
  int32_t count;                   /* elements of a run, 1 or more */
  int32_t c_step;                  /* 0 or 1 element */
  int32_t a_step;                  /* 0 or 1 element */
  int32_t b_step;                  /* 0 or 1 element */
  int32_t outer;                   /* dimensions around a run, 0 or more */
  const MF_ROM int32_t *extents;   /* [outer], from the innermost */
  const MF_ROM int32_t *c_strides; /* [outer], elements; 0 where c is repeated */
  const MF_ROM int32_t *a_strides; /* [outer], elements; 0 where a is repeated */
  const MF_ROM int32_t *b_strides; /* [outer], elements; 0 where b is repeated */
} mf_select_params;

/* Computes the whole output in ascending order; each element is read before it is written, so the
   output may be an operand that is not repeated. A byte of c is true unless it is 0. */
MF_ENTRY void mf_select(const uint8_t *c, const void *a, const void *b, void *out,
                        const MF_ROM mf_select_params *p);

#endif
