/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise3x3_s8 with Arm's DSP extension: by strips of four channels, whose columns are widened first. */
#ifndef MF_DEPTHWISE3X3_S8_DSP_H
#define MF_DEPTHWISE3X3_S8_DSP_H

/* Computes the outputs from `x` on of all channels. `strip` says what does not depend on them. */
MF_KERNEL void mf_depthwise3x3_s8_part(const int8_t *const *rows, int32_t x, int8_t *out,
                                       mf_square strip, const MF_ROM mf_depthwise3x3_s8_params *p) {
  const int32_t first = x * p->stride_w - p->pad_left;
  const int32_t left = p->out_w - x, outputs = left < p->part ? left : p->part;
  const int32_t pairs = p->stride_w == 1 ? (outputs + 3) >> 1 : outputs + 1;
  strip.left = first < 0 ? 1 : 0;
  const int32_t there = p->in_w - first - 2 * strip.left, needed = 2 * (pairs - strip.left);
  const int32_t columns = mf_clamp(there, 0, needed);
  strip.whole = columns >> 1;
  strip.odd = columns & 1;
  strip.beyond = pairs - strip.left - strip.whole - strip.odd;
  strip.outputs = outputs;
  for (int32_t c = 0; c < p->channels; c += MF_SQUARE) {
    const int32_t at = c + MF_SQUARE <= p->channels ? c : p->channels - MF_SQUARE; /* may overlap */
    const ptrdiff_t offset = (ptrdiff_t)(first + strip.left) * p->channels + at;
    for (int32_t k = 0; k < 3; k++) strip.rows[k] = rows[k] + offset;
    strip.filter = p->filters + at * MF_SQUARE_FILTER;
    strip.out = out + (ptrdiff_t)x * p->channels + at;
    mf_square_widen(&strip);
    if (p->stride_w == 1)
      mf_square_outputs1(&strip);
    else
      mf_square_outputs2(&strip);
  }
}

MF_ENTRY void mf_depthwise3x3_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                      void *scratch, const MF_ROM mf_depthwise3x3_s8_params *p) {
  mf_square strip;
  strip.step = p->channels;
  strip.pairs = (uint32_t *)scratch;
  strip.zero = (uint8_t)p->in_zero_point * 0x01010101u;
  strip.target = 2 * p->out_zero_point + 1;
  for (; n > 0; n--, rows += p->kernel_h, out += p->out_w * p->channels) {
    const int8_t *middle = rows[(p->kernel_h - 1) >> 1];
    const int8_t *top = p->kernel_h == 3 ? rows[0] : NULL;
    const int8_t *bottom = p->kernel_h == 1 ? NULL : rows[p->kernel_h - 1];
    const int8_t *const under[3] = {top == NULL ? middle : top, middle,
                                    bottom == NULL ? middle : bottom};
    strip.outside = (top == NULL ? 1 : 0) + (bottom == NULL ? 2 : 0);
    for (int32_t x = 0; x < p->out_w; x += p->part)
      mf_depthwise3x3_s8_part(under, x, out, strip, p);
  }
}

#endif
