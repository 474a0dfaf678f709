/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_kernel.h: the fixed-point arithmetic that kernels share. Include mf_port.h first. */
#ifndef MF_KERNEL_H
#define MF_KERNEL_H

/* The high half of 2ab, rounded to nearest, ties up. The one product that does not fit saturates. */
MF_WIDE int32_t mf_high_mul(int32_t a, int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

/* x / 2^exponent, rounded to nearest, ties away from zero. exponent: 0 to 31. */
MF_WIDE int32_t mf_round_shift(int32_t x, int32_t exponent) {
  const int32_t mask = (int32_t)(((uint32_t)1 << exponent) - 1u);
  const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

/* x * multiplier * 2^(shift - 31), rounded twice, as the quantised reference does.
   multiplier: 0 or 2^30 to 2^31 - 1. shift: -31 to 30; to the left where positive. */
MF_WIDE int32_t mf_requantise(int32_t x, int32_t multiplier, int32_t shift) {
  const int32_t left = shift > 0 ? shift : 0;
  const int32_t shifted = (int32_t)((uint32_t)x << left);
  return mf_round_shift(mf_high_mul(shifted, multiplier), left - shift);
}

MF_KERNEL int32_t mf_clamp(int32_t x, int32_t low, int32_t high) {
  return x < low ? low : (x > high ? high : x);
}

/* a + b, wrapping: the sums of a hostile model may overflow, as the reference's do. */
MF_KERNEL int32_t mf_wrapping_add(int32_t a, int32_t b) {
  return (int32_t)((uint32_t)a + (uint32_t)b);
}

/* The int8 output of an accumulator: requantised, moved by the zero point, clamped. */
MF_KERNEL int8_t mf_output_s8(int32_t sum, int32_t multiplier, int32_t shift, int32_t zero_point,
                              int32_t low, int32_t high) {
  const int32_t scaled = mf_requantise(sum, multiplier, shift);
  return (int8_t)mf_clamp(mf_wrapping_add(scaled, zero_point), low, high);
}

MF_KERNEL float mf_clamp_f32(float x, float low, float high) {
  return x < low ? low : (x > high ? high : x);
}

/* The quantised value nearest to x, ties away from zero, within low to high; NaN becomes low. */
MF_KERNEL int32_t mf_quantise(float x, float scale, int32_t zero_point, int32_t low, int32_t high) {
  const float steps = x / scale;
  if (!(steps > (float)(low - zero_point))) return low;
  if (steps >= (float)(high - zero_point)) return high;
  const int32_t whole = (int32_t)steps;
  const float rest = steps - (float)whole;
  return zero_point + whole + (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0);
}

/* A walk over n things: up from the first where `order` is 1, down from the last where it is -1.
   for (int32_t i = mf_first(n, order); mf_within(i, n); i += order) */
MF_KERNEL int32_t mf_first(int32_t n, int32_t order) { return order > 0 ? 0 : n - 1; }
MF_KERNEL int mf_within(int32_t i, int32_t n) { return i >= 0 && i < n; }

/* Outputs that a kernel computes side by side, so that an input is loaded once for all of them. */
#define MF_LANES 4

MF_KERNEL int32_t mf_lanes(int32_t left) { return left < MF_LANES ? left : MF_LANES; }

/* Counts of values in a picture are int, which has 16 bits on 8-bit cores: their memory is no larger.

   The sum of n values. */
MF_INNER int32_t mf_sum_s8(const MF_ROM int8_t *w, int n) {
  int32_t sum = 0;
  for (const MF_ROM int8_t *end = w + n; w != end; w++) sum += *w;
  return sum;
}

/* The products of n inputs and weights, summed. A product of two bytes fits a 16-bit int. */
MF_INNER int32_t mf_dot_s8(const int8_t *x, const MF_ROM int8_t *w, int n) {
  int32_t sum = 0;
  for (const int8_t *end = x + n; x != end; x++) sum += *x * *w++;
  return sum;
}

/* Adds such sums for four lanes, whose weights lie `step` apart. */
MF_INNER void mf_dot4_s8(const int8_t *x, const MF_ROM int8_t *w, ptrdiff_t step, int n,
                         int32_t *sum) {
  const MF_ROM int8_t *w1 = w + step, *w2 = w1 + step, *w3 = w2 + step;
  int32_t s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
  for (const int8_t *end = x + n; x != end; x++) {
    const int8_t v = *x;
    s0 += v * *w++;
    s1 += v * *w1++;
    s2 += v * *w2++;
    s3 += v * *w3++;
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
}

/* The same for up to four lanes. */
MF_KERNEL void mf_dots_s8(const int8_t *x, const MF_ROM int8_t *w, ptrdiff_t step, int n, int lanes,
                          int32_t *sum) {
  if (lanes == MF_LANES)
    mf_dot4_s8(x, w, step, n, sum);
  else
    for (int i = 0; i < lanes; i++, w += step) sum[i] += mf_dot_s8(x, w, n);
}

/* The same in single precision. Each sum goes on where it stood, in the order of its inputs. */
MF_INNER float mf_dot_f32(const float *x, const MF_ROM float *w, int32_t n, float sum) {
  for (const float *end = x + n; x != end; x++) sum += *x * *w++;
  return sum;
}

MF_INNER void mf_dot4_f32(const float *x, const MF_ROM float *w, int32_t step, int32_t n,
                          float *sum) {
  const MF_ROM float *w1 = w + step, *w2 = w1 + step, *w3 = w2 + step;
  float s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
  for (const float *end = x + n; x != end; x++) {
    const float v = *x;
    s0 += v * *w++;
    s1 += v * *w1++;
    s2 += v * *w2++;
    s3 += v * *w3++;
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
}

MF_KERNEL void mf_dots_f32(const float *x, const MF_ROM float *w, int32_t step, int32_t n,
                           int32_t lanes, float *sum) {
  if (lanes == MF_LANES)
    mf_dot4_f32(x, w, step, n, sum);
  else
    for (int32_t i = 0; i < lanes; i++, w += step) sum[i] = mf_dot_f32(x, w, n, sum[i]);
}

/* Adds n elements, pixels of `channels` each, to the sums of their channels. */
MF_INNER void mf_add_pixels_s8(const int8_t *x, int32_t n, int32_t channels, int32_t *sums) {
  for (const int8_t *end = x + n; x != end;)
    for (int32_t c = 0; c < channels; c++) sums[c] += *x++;
}

MF_INNER void mf_add_pixels_f32(const float *x, int32_t n, int32_t channels, float *sums) {
  for (const float *end = x + n; x != end;)
    for (int32_t c = 0; c < channels; c++) sums[c] += *x++;
}

/* The taps of a window row that lie inside the picture: first <= k < end. */
typedef struct {
  int32_t first;
  int32_t end;
} mf_taps;

/* Tap k of `taps` lies at pixel x0 + k * dilation of a row of `width` pixels. */
MF_KERNEL mf_taps mf_taps_inside(int32_t x0, int32_t taps, int32_t dilation, int32_t width) {
  mf_taps inside = {0, taps};
  while (inside.first < taps && x0 + inside.first * dilation < 0) inside.first++;
  while (inside.end > inside.first && x0 + (inside.end - 1) * dilation >= width) inside.end--;
  return inside;
}

/* Points `rows` at `count` rows of a picture of `height` rows with `elements` each: rows first,
   first + step and so on, null where outside. */
MF_ENTRY void mf_point_rows_s8(const int8_t **rows, const int8_t *picture, int32_t elements,
                               int32_t height, int32_t count, int32_t first, int32_t step) {
  for (int32_t k = 0, y = first; k < count; k++, y += step)
    rows[k] = y < 0 || y >= height ? NULL : picture + (ptrdiff_t)y * elements;
}

MF_ENTRY void mf_point_rows_f32(const float **rows, const float *picture, int32_t elements,
                                int32_t height, int32_t count, int32_t first, int32_t step) {
  for (int32_t k = 0, y = first; k < count; k++, y += step)
    rows[k] = y < 0 || y >= height ? NULL : picture + (ptrdiff_t)y * elements;
}

/* Where run `run` of a broadcast operand begins, in elements. `extents` and `strides` describe the
   `outer` dimensions around a run, from the innermost. */
MF_KERNEL ptrdiff_t mf_run_offset(int32_t run, int32_t outer, const MF_ROM int32_t *extents,
                                  const MF_ROM int32_t *strides) {
  ptrdiff_t offset = 0;
  if (outer == 0) return 0;
  for (int32_t d = 0; d < outer - 1; d++) {
    offset += (ptrdiff_t)(run % extents[d] * strides[d]);
    run /= extents[d];
  }
  return offset + (ptrdiff_t)(run * strides[outer - 1]);
}

#endif
