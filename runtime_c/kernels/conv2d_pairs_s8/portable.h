/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_pairs_s8 in plain C. */
#ifndef MF_CONV2D_PAIRS_S8_PORTABLE_H
#define MF_CONV2D_PAIRS_S8_PORTABLE_H

/* Adds the products of a tap, bytes k to k + in_c of the window, to the sums of a pair: low, high. `x` is null
   where the tap is outside the picture. */
MF_KERNEL void mf_conv2d_pairs_s8_tap(const int8_t *x, int32_t k, const MF_ROM uint32_t *w,
                                      int32_t *sums, const MF_ROM mf_conv2d_pairs_s8_params *p) {
  for (int32_t c = 0; c < p->in_c; c++, k++) {
    const uint32_t word = w[k / 4 * 2 + k % 2], half = (word >> (k % 4 / 2 * 16)) & 0xffffu;
    const int32_t value = x == NULL ? p->in_zero_point : x[c], low = (int8_t)(uint8_t)half;
    sums[0] += value * low;
    sums[1] += value * (((int16_t)(uint16_t)half - low) / 256);
  }
}

/* Sums a pair over the window whose tap 0 lies at pixel x0, without bias. */
MF_KERNEL void mf_conv2d_pairs_s8_sum(const int8_t *const *rows, int32_t x0,
                                      const MF_ROM uint32_t *w, int32_t *sums,
                                      const MF_ROM mf_conv2d_pairs_s8_params *p) {
  for (int32_t y = 0; y < p->kernel_h; y++) {
    const int32_t row = y * p->run;
    for (int32_t k = 0; k < p->kernel_w; k++) {
      const int32_t x = x0 + k;
      const int outside = rows[y] == NULL || x < 0 || x >= p->in_w;
      mf_conv2d_pairs_s8_tap(outside ? NULL : rows[y] + x * p->in_c, row + k * p->in_c, w, sums, p);
    }
  }
}

MF_KERNEL int8_t mf_conv2d_pairs_s8_output(int32_t sum, int32_t multiplier, uint32_t word,
                                           const MF_ROM mf_conv2d_pairs_s8_params *p) {
  const int32_t bias = (int32_t)(word & 0xffffff00u) / 256, shift = (int32_t)(word & 127u) + 1;
  return mf_output_s8(sum + bias, multiplier, -shift, p->out_zero_point, -128, 127);
}

/* Computes all channels of a pixel. */
MF_KERNEL void mf_conv2d_pairs_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                        const MF_ROM mf_conv2d_pairs_s8_params *p) {
  const int32_t words = p->kernel_h * p->run / 2;
  const MF_ROM uint32_t *w = p->weights;
  for (int32_t o = 0; o < p->out_c; o += 2, w += 4 + words) {
    const MF_ROM uint32_t *scales = w + 1 + words;
    if (o == p->out_c - 1) {
      o--;
      w++;
      scales++;
    }
    int32_t sums[2] = {0};
    mf_conv2d_pairs_s8_sum(rows, x0, w + 1, sums, p);
    out[o] = mf_conv2d_pairs_s8_output(sums[0], (int32_t)scales[0], scales[1], p);
    out[o + 1] = mf_conv2d_pairs_s8_output(sums[1], (int32_t)scales[2], w[0], p);
  }
}

MF_ENTRY void mf_conv2d_pairs_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                      void *scratch, const MF_ROM mf_conv2d_pairs_s8_params *p) {
  const int32_t order = p->order;
  int32_t under = mf_first(n, order) * p->kernel_h, at = mf_first(n * p->out_w, order) * p->out_c;
  (void)scratch;
  for (; n > 0; n--, under += order * p->kernel_h) {
    int32_t x0 = mf_first(p->out_w, order) * p->stride_w - p->pad_left;
    for (int32_t left = p->out_w; left > 0; left--) {
      mf_conv2d_pairs_s8_pixel(rows + under, x0, out + at, p);
      x0 += order * p->stride_w;
      at += order * p->out_c;
    }
  }
}

MF_ENTRY void mf_conv2d_pairs_s8(const int8_t *in, int8_t *out, const int8_t **rows, void *scratch,
                                 const MF_ROM mf_conv2d_pairs_s8_params *p) {
  const int32_t in_row = p->in_w * p->in_c, out_row = p->out_w * p->out_c;
  for (int32_t b = mf_first(p->batches, p->order); mf_within(b, p->batches); b += p->order) {
    for (int32_t y = mf_first(p->out_h, p->order); mf_within(y, p->out_h); y += p->order) {
      mf_point_rows_s8(rows, in + (ptrdiff_t)b * p->in_h * in_row, in_row, p->in_h, p->kernel_h,
                       y * p->stride_h - p->pad_top, p->dilation_h);
      mf_conv2d_pairs_s8_rows(rows, out + ((ptrdiff_t)b * p->out_h + y) * out_row, 1, scratch, p);
    }
  }
}

#endif
