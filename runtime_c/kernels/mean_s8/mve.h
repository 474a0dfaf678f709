/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mean_s8 for Arm's MVE: eight channels side by side, where pixels are what is added up. */
/* Needs mf_mve.h. */
#ifndef MF_MEAN_S8_MVE_H
#define MF_MEAN_S8_MVE_H

MF_KERNEL int8_t mf_mean_s8_output(int32_t sum, const MF_ROM mf_mean_s8_params *p) {
  return mf_output_s8(sum, p->multiplier, p->shift, p->out_zero_point, -128, 127);
}

/* The means of each of kept1 channels over over0 pixels. */
MF_INNER void mf_mean_s8_pixels(const int8_t *in, int8_t *out, const MF_ROM mf_mean_s8_params *p) {
  for (int32_t c = 0; c < p->kept1; c += 8) {
    const int32_t channels = p->kept1 - c < 8 ? p->kept1 - c : 8;
    int32_t sums[8];
    mf_mve_widen(mf_mve_add_pixels(mf_mve_halves(0), in + c, p->over0, p->kept1, channels), sums);
    for (int32_t i = 0; i < channels; i++)
      out[c + i] = mf_mean_s8_output(mf_wrapping_add(sums[i], p->bias), p);
  }
}

/* The sum of the elements behind one output; `x` is the first of them. */
MF_KERNEL int32_t mf_mean_s8_sum(const int8_t *x, const MF_ROM mf_mean_s8_params *p) {
  const int32_t inner = p->over1 * p->kept2;
  int32_t sum = p->bias;
  for (int32_t i = 0; i < p->over0; i++, x += p->kept1 * inner)
    for (int32_t j = 0; j < inner; j += p->kept2) sum += x[j];
  return sum;
}

MF_INNER void mf_mean_s8_singly(const int8_t *in, int8_t *out, const MF_ROM mf_mean_s8_params *p) {
  const int32_t middle = p->over1 * p->kept2;
  for (int32_t b = 0; b < p->kept1; b++, in += middle)
    for (int32_t c = 0; c < p->kept2; c++) *out++ = mf_mean_s8_output(mf_mean_s8_sum(in + c, p), p);
}

MF_ENTRY void mf_mean_s8(const int8_t *in, int8_t *out, const MF_ROM mf_mean_s8_params *p) {
  const int32_t middle = p->over1 * p->kept2;
  for (int32_t a = 0; a < p->kept0; a++, in += p->over0 * p->kept1 * middle) {
    if (middle == 1 && p->over0 <= MF_MVE_PIXELS)
      mf_mean_s8_pixels(in, out, p);
    else
      mf_mean_s8_singly(in, out, p);
    out += p->kept1 * p->kept2;
  }
}

MF_ENTRY void mf_mean_s8_begin(int32_t *sums, const MF_ROM mf_mean_s8_params *p) {
  for (int32_t i = 0; i < p->kept1; i++) sums[i] = p->bias;
}

MF_ENTRY void mf_mean_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                             const MF_ROM mf_mean_s8_params *p) {
  (void)first;
  mf_mve_sum_channels(in, count / p->kept1, p->kept1, sums);
}

MF_ENTRY void mf_mean_s8_end(const int32_t *sums, int8_t *out, const MF_ROM mf_mean_s8_params *p) {
  for (int32_t i = 0; i < p->kept1; i++) out[i] = mf_mean_s8_output(sums[i], p);
}

#endif
