/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_map.h: functions of one float, element by element. Include mf_port.h first. */
#ifndef MF_MAP_H
#define MF_MAP_H

/* The body of a kernel that gives each element of `out` the value of `one`, a function of a float, at the same
   element of `in`. Each element is read before it is written. */
#define MF_MAP_F32(kernel, one)                                                                  \
  MF_ENTRY void mf_##kernel(const float *in, float *out, const MF_ROM mf_##kernel##_params *p) { \
    for (int32_t i = 0; i < p->count; i++) out[i] = one(in[i]);                                  \
  }

#endif
