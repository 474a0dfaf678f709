/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* depthwise_pairs_s8 with Arm's DSP extension: by strips of four channels, whose columns are widened first. */
#ifndef MF_DEPTHWISE_PAIRS_S8_DSP_H
#define MF_DEPTHWISE_PAIRS_S8_DSP_H

/* The columns under some windows, from x0 on, to be put to `to`: [phase][pair of rows][channel][width]. */
typedef struct {
  uint32_t *to;
  int32_t width;   /* words */
  int32_t columns; /* of a phase */
  int32_t x0;      /* may lie outside the picture */
} mf_depthwise_pairs_s8_strip;

/* Widens the columns of two rows, null where outside the picture, from column x on. */
MF_KERNEL void mf_depthwise_pairs_s8_widen(const int8_t *upper, const int8_t *lower, int32_t x,
                                           const mf_depthwise_pairs_s8_strip *s,
                                           const MF_ROM mf_depthwise_pairs_s8_params *p) {
  const int32_t stride = p->stride_w, step = stride * p->channels;
  const int8_t zero = p->in_zero_point, zeros[MF_TAPS_STRIP] = {zero, zero, zero, zero};
  const int32_t left = mf_clamp(x < 0 ? (stride - 1 - x) / stride : 0, 0, s->columns);
  const int32_t first = x + left * stride;
  const int32_t inside = first < p->in_w ? (p->in_w - first + stride - 1) / stride : 0;
  mf_taps_columns c = {zeros, zeros, 0, 0, s->to, 4 * s->width, left};
  if (left > 0) mf_taps_widen(&c);
  c.to += left;
  c.count = mf_clamp(inside, 0, s->columns - left);
  if (upper != NULL) c.upper = upper + first * p->channels, c.upper_step = step;
  if (lower != NULL) c.lower = lower + first * p->channels, c.lower_step = step;
  mf_taps_widen(&c);
  const mf_taps_columns right = {
      zeros, zeros, 0, 0, c.to + c.count, 4 * s->width, s->columns - left - c.count};
  if (right.count > 0) mf_taps_widen(&right);
}

/* Widens the columns of the strip that begins at channel `c`. */
MF_KERNEL void mf_depthwise_pairs_s8_stage(const int8_t *const *rows, int32_t c,
                                           mf_depthwise_pairs_s8_strip s,
                                           const MF_ROM mf_depthwise_pairs_s8_params *p) {
  for (int32_t phase = 0; phase < p->stride_w; phase++)
    for (int32_t y = 0; y < p->kernel_h; y += 2) {
      const int8_t *upper = rows[y], *lower = y + 1 < p->kernel_h ? rows[y + 1] : upper;
      if (upper != NULL) upper += c;
      if (lower != NULL) lower += c;
      mf_depthwise_pairs_s8_widen(upper, lower, s.x0 + phase, &s, p);
      s.to += MF_TAPS_STRIP * s.width;
    }
}

/* Computes `outputs` outputs from `x` on of all channels. */
MF_KERNEL void mf_depthwise_pairs_s8_part(const int8_t *const *rows, int32_t x, int32_t outputs,
                                          int8_t *out, uint32_t *scratch,
                                          const MF_ROM mf_depthwise_pairs_s8_params *p) {
  const int32_t width = p->part + 2 * p->pairs, columns = ((outputs + 3) & ~3) + 2 * p->pairs;
  const mf_depthwise_pairs_s8_strip strip = {scratch, width, columns,
                                             x * p->stride_w - p->pad_left};
  const int32_t last = p->channels - MF_TAPS_STRIP;
  for (int32_t c = 0; c < p->channels; c += MF_TAPS_STRIP) {
    const int32_t first = c < last ? c : last; /* the last strip may overlap */
    mf_taps_job job = {
        scratch,    4 * MF_TAPS_STRIP * width,     p->pairs, p->filters + first * p->words,
        p->words,   out + x * p->channels + first, outputs,  2 * p->out_zero_point + 1,
        p->channels};
    mf_depthwise_pairs_s8_stage(rows, first, strip, p);
    for (int32_t k = 0; k < MF_TAPS_STRIP; k++) {
      mf_taps_outputs(&job);
      job.columns += width;
      job.filter += p->words;
      job.out++;
    }
  }
}

MF_ENTRY void mf_depthwise_pairs_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                         void *scratch,
                                         const MF_ROM mf_depthwise_pairs_s8_params *p) {
  for (; n > 0; n--, rows += p->kernel_h, out += p->out_w * p->channels)
    for (int32_t x = 0; x < p->out_w; x += p->part) {
      const int32_t left = p->out_w - x;
      mf_depthwise_pairs_s8_part(rows, x, left < p->part ? left : p->part, out, (uint32_t *)scratch,
                                 p);
    }
}

#endif
