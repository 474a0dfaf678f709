/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* window_dynamic_s16 in plain C. */
#ifndef MF_WINDOW_DYNAMIC_S16_PORTABLE_H
#define MF_WINDOW_DYNAMIC_S16_PORTABLE_H

MF_ENTRY void mf_window_dynamic_s16(const int16_t *in, const int16_t *weights, int16_t *out,
                                    const MF_ROM mf_window_dynamic_s16_params *p) {
  for (int32_t w = 0; w < p->windows; w++, in += p->count, out += p->count)
    for (int32_t i = 0; i < p->count; i++)
      out[i] = (int16_t)mf_clamp((int32_t)in[i] * weights[i] >> p->shift, INT16_MIN, INT16_MAX);
}

#endif
