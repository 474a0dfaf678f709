/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* round_f32: out = a whole number beside in, float32. */
#ifndef MF_ROUND_F32_CONTRACT_H
#define MF_ROUND_F32_CONTRACT_H

/* Which one. */
#define MF_ROUND_F32_DOWN    0 /* the next below */
#define MF_ROUND_F32_UP      1 /* the next above */
#define MF_ROUND_F32_NEAREST 2 /* the nearest, ties to even; what lies from -0.5 to 0 becomes +0 */

typedef struct {
  int32_t count;     /* elements */
  int16_t direction; /* one of those above */
} mf_round_f32_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_round_f32(const float *in, float *out, const MF_ROM mf_round_f32_params *p);

#endif
