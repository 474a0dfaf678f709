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

/* x * multiplier * 2^(shift - 15), rounded once, as the reference does with sums of more than 32 bits.
   multiplier: 0 to 2^15 - 1. shift: -31 to 14; to the left where positive. */
MF_WIDE int32_t mf_requantise_wide(int64_t x, int32_t multiplier, int32_t shift) {
  const uint64_t half = (uint64_t)1 << (14 - shift);
  return (int32_t)((int64_t)((uint64_t)x * (uint64_t)multiplier + half) >> (15 - shift));
}

/* x * 2^exponent, saturating. */
MF_KERNEL int32_t mf_shift_saturating(int32_t x, int32_t exponent) {
  const int32_t most = INT32_MAX >> exponent;
  if (x > most) return INT32_MAX;
  return x < -most ? INT32_MIN : (int32_t)((uint32_t)x << exponent);
}

/* 1 / sqrt(x) as a multiplier in Q0.31 and a shift of 0 or less; x below 1 counts as 1. x is brought to Q3 between
   1/4 and 1 by powers of four; then five steps of Newton's method. */
MF_INNER int32_t mf_inverse_sqrt(int32_t x, int32_t *shift) {
  int32_t right = 11;
  int32_t root = (int32_t)1 << 28;
  *shift = 0;
  if (x <= 1) return INT32_MAX;
  for (; x >= (int32_t)1 << 29; x /= 4) right++;
  for (; x < (int32_t)1 << 27; x *= 4) right--;
  const int32_t half = mf_round_shift(x >> 1, 1);
  for (int k = 0; k < 5; k++) {
    const int32_t cube = mf_shift_saturating(mf_high_mul(mf_high_mul(root, root), root), 6);
    const int32_t step = mf_high_mul(root, (int32_t)3 << 27) - mf_high_mul(half, cube);
    root = mf_shift_saturating(step, 3);
  }
  root = mf_high_mul(root, 1518500250); /* sqrt(1/2) */
  if (right < 0) return (int32_t)((uint32_t)root << -right);
  *shift = -right;
  return root;
}

MF_KERNEL int32_t mf_clamp(int32_t x, int32_t low, int32_t high) {
  return x < low ? low : (x > high ? high : x);
}

/* a + b, wrapping: the sums of a hostile model may overflow, as the reference's do. */
MF_KERNEL int32_t mf_wrapping_add(int32_t a, int32_t b) {
  return (int32_t)((uint32_t)a + (uint32_t)b);
}

MF_KERNEL int64_t mf_wrapping_add64(int64_t a, int64_t b) {
  return (int64_t)((uint64_t)a + (uint64_t)b);
}

/* exp(x) in Q0 for x in [-1/4, 0), Q0: the Taylor polynomial of degree four around -1/8. */
MF_KERNEL int32_t mf_exp_of_last_quarter(int32_t x) {
  const int32_t exp_minus_eighth = 1895147668;
  const int32_t one_third = 715827883;
  const int32_t x1 = x + ((int32_t)1 << 28);
  const int32_t x2 = mf_high_mul(x1, x1);
  const int32_t x3 = mf_high_mul(x2, x1);
  const int32_t x4 = mf_high_mul(x2, x2);
  const int32_t cubic = mf_high_mul(mf_round_shift(x4, 2) + x3, one_third) + x2;
  const int32_t terms = x1 + mf_round_shift(cubic, 1);
  return exp_minus_eighth + mf_high_mul(terms, exp_minus_eighth);
}

/* exp(x) in Q0 for x <= 0 in Q5: the polynomial for the last quarter, times exp(-2^k) for every
   bit of what remains. */
MF_KERNEL int32_t mf_exp_of_negative(int32_t x) {
  static const MF_ROM int32_t exp_of_powers[7] = {
      1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242,
  }; /* k = -2 to 4, Q0 */
  const int32_t quarter = (int32_t)1 << 24;
  const int32_t last = (x & (quarter - 1)) - quarter;
  const int32_t rest = last - x;
  int32_t result = mf_exp_of_last_quarter(last * 32);
  if (x == 0) return INT32_MAX;
  for (int32_t k = 0; k < 7; k++)
    if (rest & (quarter << k)) result = mf_high_mul(result, exp_of_powers[k]);
  return result;
}

/* 1 / (1 + x) in Q0 for x in [0, 1), Q0: three steps of Newton's method in Q2. */
MF_KERNEL int32_t mf_reciprocal_of_one_plus(int32_t x) {
  const int32_t half_denominator = (int32_t)(((uint32_t)x + 0x80000000u) >> 1);
  int32_t estimate = 1515870810 + mf_high_mul(half_denominator, -1010580540); /* 48/17, -32/17 */
  for (int32_t k = 0; k < 3; k++) {
    const int32_t rest = ((int32_t)1 << 29) - mf_high_mul(half_denominator, estimate);
    estimate += mf_high_mul(estimate, rest) * 4;
  }
  return estimate > INT32_MAX / 2 ? INT32_MAX : estimate * 2;
}

/* The int8 output of an accumulator: requantised, moved by the zero point, clamped. */
MF_KERNEL int8_t mf_output_s8(int32_t sum, int32_t multiplier, int32_t shift, int32_t zero_point,
                              int32_t low, int32_t high) {
  const int32_t scaled = mf_requantise(sum, multiplier, shift);
  return (int8_t)mf_clamp(mf_wrapping_add(scaled, zero_point), low, high);
}

/* The int16 output of a sum: in its low 32 bits and rounded twice, or whole and rounded once. */
MF_KERNEL int16_t mf_output_s16(int64_t sum, int32_t multiplier, int32_t shift, int32_t wide,
                                int32_t zero_point, int32_t low, int32_t high) {
  const int32_t scaled = wide ? mf_requantise_wide(sum, multiplier, shift)
                              : mf_requantise((int32_t)sum, multiplier, shift);
  return (int16_t)mf_clamp(mf_wrapping_add(scaled, zero_point), low, high);
}

/* How far the logistic function is from its middle, in steps of 2^-(16 + index_shift). `table` holds 256 values of it
   for arguments of 0 and above, one each 2^index_shift units, in steps of 2^-16; between two it is interpolated. Where
   it ends, all but one of the 2^out_shift steps that the caller will drop is missing to 1. */
MF_KERNEL int32_t mf_sigmoid_rise(int32_t argument, int32_t index_shift, int32_t out_shift,
                                  const MF_ROM uint16_t *table) {
  const int32_t half = (int32_t)1 << (15 + index_shift);
  const uint32_t size = argument < 0 ? 0u - (uint32_t)argument : (uint32_t)argument;
  const uint32_t index = size >> index_shift;
  int32_t rise = half - ((int32_t)1 << out_shift);
  if (index < 255) {
    const int32_t from = table[index], to = table[index + 1];
    const int32_t part = (int32_t)(size - (index << index_shift));
    rise = from * ((int32_t)1 << index_shift) + part * (to - from) - half;
  }
  return argument < 0 ? -rise - 1 : rise;
}

MF_KERNEL float mf_clamp_f32(float x, float low, float high) {
  return x < low ? low : (x > high ? high : x);
}

/* The body of a kernel that gives each element of `out` the value of `one`, a function of a float, at the same
   element of `in`. Each element is read before it is written. */
#define MF_MAP_F32(kernel, one)                                                                  \
  MF_ENTRY void mf_##kernel(const float *in, float *out, const MF_ROM mf_##kernel##_params *p) { \
    for (int32_t i = 0; i < p->count; i++) out[i] = one(in[i]);                                  \
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

/* So many products of int16 and int8 fit 32 bits when summed. */
#define MF_RUN_S16 511

/* The products of n int16 inputs and int8 weights, summed. n: at most MF_RUN_S16. */
MF_INNER int32_t mf_dot_s16(const int16_t *x, const MF_ROM int8_t *w, int n) {
  int32_t sum = 0;
  for (const int16_t *end = x + n; x != end; x++) sum += (int32_t)*x * *w++;
  return sum;
}

/* Adds such sums for four lanes, whose weights lie `step` apart. */
MF_INNER void mf_dot4_s16(const int16_t *x, const MF_ROM int8_t *w, ptrdiff_t step, int n,
                          int64_t *sum) {
  const MF_ROM int8_t *w1 = w + step, *w2 = w1 + step, *w3 = w2 + step;
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (const int16_t *end = x + n; x != end; x++) {
    const int32_t v = *x;
    s0 += v * *w++;
    s1 += v * *w1++;
    s2 += v * *w2++;
    s3 += v * *w3++;
  }
  sum[0] += s0, sum[1] += s1, sum[2] += s2, sum[3] += s3;
}

/* The same for up to four lanes and any n. */
MF_KERNEL void mf_dots_s16(const int16_t *x, const MF_ROM int8_t *w, ptrdiff_t step, int n,
                           int lanes, int64_t *sum) {
  for (int run; n > 0; n -= run, x += run, w += run) {
    run = n < MF_RUN_S16 ? n : MF_RUN_S16;
    if (lanes == MF_LANES)
      mf_dot4_s16(x, w, step, run, sum);
    else
      for (int i = 0; i < lanes; i++) sum[i] += mf_dot_s16(x, w + i * step, run);
  }
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

MF_INNER void mf_add_pixels_s16(const int16_t *x, int32_t n, int32_t channels, int32_t *sums) {
  for (const int16_t *end = x + n; x != end;)
    for (int32_t c = 0; c < channels; c++) sums[c] = mf_wrapping_add(sums[c], *x++);
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

/* The rows (or pixels) of an input of `size` whose windows hold position `at`, counted from the first window's
   start: windows of `taps`, one for every input row, begin `stride` apart. */
MF_KERNEL mf_taps mf_gathered(int32_t at, int32_t taps, int32_t stride, int32_t size) {
  const int32_t first = at < taps ? 0 : (at - taps) / stride + 1, last = at / stride;
  const mf_taps under = {first, last < size ? last + 1 : size};
  return under;
}

/* Points `rows` at `count` rows of a picture of `height` rows with `elements` each: rows first,
   first + step and so on, null where outside. */
MF_ENTRY void mf_point_rows_s8(const int8_t **rows, const int8_t *picture, int32_t elements,
                               int32_t height, int32_t count, int32_t first, int32_t step) {
  for (int32_t k = 0, y = first; k < count; k++, y += step)
    rows[k] = y < 0 || y >= height ? NULL : picture + (ptrdiff_t)y * elements;
}

MF_ENTRY void mf_point_rows_s16(const int16_t **rows, const int16_t *picture, int32_t elements,
                                int32_t height, int32_t count, int32_t first, int32_t step) {
  for (int32_t k = 0, y = first; k < count; k++, y += step)
    rows[k] = y < 0 || y >= height ? NULL : picture + (ptrdiff_t)y * elements;
}

MF_ENTRY void mf_point_rows_f32(const float **rows, const float *picture, int32_t elements,
                                int32_t height, int32_t count, int32_t first, int32_t step) {
  for (int32_t k = 0, y = first; k < count; k++, y += step)
    rows[k] = y < 0 || y >= height ? NULL : picture + (ptrdiff_t)y * elements;
}

/* The number at `position` of a tensor of indices of `bytes` each (4 or 8), which have their value at
   run time: the nearest of 0 to `limit` - 1, so that none reaches outside a tensor. limit: 1 or more. */
MF_WIDE int32_t mf_index(const void *indices, int32_t position, int32_t bytes, int32_t limit) {
  int64_t index = 0;
  if (bytes == 8)
    memcpy(&index, (const uint8_t *)indices + (ptrdiff_t)position * 8, 8);
  else
    index = ((const int32_t *)indices)[position];
  return index < 0 ? 0 : index < limit ? (int32_t)index : limit - 1;
}

/* Element i of integers of 1, 2 or 4 bytes: its 32 bits, with the sign's in front where it is signed. */
MF_KERNEL uint32_t mf_load(const void *in, int32_t i, int32_t bytes, int is_signed) {
  if (bytes == 4) return ((const uint32_t *)in)[i];
  if (bytes == 2) {
    const int32_t wide = ((const int16_t *)in)[i];
    return is_signed ? (uint32_t)wide : ((const uint16_t *)in)[i];
  }
  return is_signed ? (uint32_t)(int32_t)((const int8_t *)in)[i] : ((const uint8_t *)in)[i];
}

/* Writes the lower bits of `value` to element i of such integers. */
MF_KERNEL void mf_store(void *out, int32_t i, int32_t bytes, uint32_t value) {
  if (bytes == 4)
    ((uint32_t *)out)[i] = value;
  else if (bytes == 2)
    ((uint16_t *)out)[i] = (uint16_t)value;
  else
    ((uint8_t *)out)[i] = (uint8_t)value;
}

/* The dimension of `rank` that the int32_t at `axis` names at run time, from the last on where negative: the nearest
   that there is. */
MF_KERNEL int32_t mf_axis(const void *axis, int32_t rank) {
  const int32_t given = *(const int32_t *)axis;
  return mf_clamp(given < 0 ? given + rank : given, 0, rank - 1);
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

/* The body of a kernel that makes each element of `out`, of type `made`, of the elements of two broadcast operands
   of type `type`, by mf_<kernel>_one(x, y, p). Both are read before it is written. */
#define MF_BROADCAST(kernel, type, made)                                        \
  MF_ENTRY void mf_##kernel(const type *a, const type *b, made *out,            \
                            const MF_ROM mf_##kernel##_params *p) {             \
    for (int32_t r = 0; r < p->runs; r++) {                                     \
      const type *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides); \
      const type *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides); \
      for (int32_t i = 0; i < p->count; i++, x += p->a_step, y += p->b_step)    \
        *out++ = mf_##kernel##_one(*x, *y, p);                                  \
    }                                                                           \
  }

/* Sums, differences and rounded products of the fast Fourier transforms: _s16 in Q15 and _s32 in Q31, wrapping; _f32.
   mf_cross_ is a * b - c * d, mf_both_ a * b + c * d, mf_middle_ half of a + b, mf_part_ one of n equal parts of a. */
MF_KERNEL int16_t mf_plus_s16(int16_t a, int16_t b) { return (int16_t)(a + b); }
MF_KERNEL int16_t mf_minus_s16(int16_t a, int16_t b) { return (int16_t)(a - b); }
MF_KERNEL int16_t mf_negative_s16(int16_t a) { return (int16_t)-a; }
MF_KERNEL int16_t mf_half_s16(int16_t a) { return (int16_t)(a >> 1); }
MF_KERNEL int16_t mf_middle_s16(int16_t a, int16_t b) { return (int16_t)(((int32_t)a + b) >> 1); }
MF_KERNEL int16_t mf_bias_s16(int16_t a, int16_t b) { return (int16_t)(((int32_t)a - b) >> 1); }
MF_KERNEL int16_t mf_times_s16(int16_t a, int16_t b) {
  return (int16_t)(((int32_t)a * b + (1 << 14)) >> 15);
}
MF_KERNEL int16_t mf_cross_s16(int16_t a, int16_t b, int16_t c, int16_t d) {
  return (int16_t)(((int32_t)a * b - (int32_t)c * d + (1 << 14)) >> 15);
}
MF_KERNEL int16_t mf_both_s16(int16_t a, int16_t b, int16_t c, int16_t d) {
  return (int16_t)(((int32_t)a * b + (int32_t)c * d + (1 << 14)) >> 15);
}
MF_KERNEL int16_t mf_part_s16(int16_t a, int32_t n) {
  return mf_times_s16(a, (int16_t)(INT16_MAX / n));
}

MF_KERNEL int32_t mf_plus_s32(int32_t a, int32_t b) { return mf_wrapping_add(a, b); }
MF_KERNEL int32_t mf_minus_s32(int32_t a, int32_t b) {
  return (int32_t)((uint32_t)a - (uint32_t)b);
}
MF_KERNEL int32_t mf_negative_s32(int32_t a) { return mf_minus_s32(0, a); }
MF_KERNEL int32_t mf_half_s32(int32_t a) { return a >> 1; }
MF_KERNEL int32_t mf_middle_s32(int32_t a, int32_t b) { return mf_plus_s32(a, b) >> 1; }
MF_KERNEL int32_t mf_bias_s32(int32_t a, int32_t b) { return mf_minus_s32(a, b) >> 1; }
MF_WIDE int32_t mf_times_s32(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}
MF_WIDE int32_t mf_cross_s32(int32_t a, int32_t b, int32_t c, int32_t d) {
  return (int32_t)(((int64_t)a * b - (int64_t)c * d + ((int64_t)1 << 30)) >> 31);
}
MF_WIDE int32_t mf_both_s32(int32_t a, int32_t b, int32_t c, int32_t d) {
  return (int32_t)(((int64_t)a * b + (int64_t)c * d + ((int64_t)1 << 30)) >> 31);
}
MF_KERNEL int32_t mf_part_s32(int32_t a, int32_t n) { return mf_times_s32(a, INT32_MAX / n); }

MF_KERNEL float mf_plus_f32(float a, float b) { return a + b; }
MF_KERNEL float mf_minus_f32(float a, float b) { return a - b; }
MF_KERNEL float mf_negative_f32(float a) { return -a; }
MF_KERNEL float mf_half_f32(float a) { return a * 0.5f; }
MF_KERNEL float mf_middle_f32(float a, float b) { return (a + b) * 0.5f; }
MF_KERNEL float mf_bias_f32(float a, float b) { return (a - b) * 0.5f; }
MF_KERNEL float mf_times_f32(float a, float b) { return a * b; }
MF_KERNEL float mf_cross_f32(float a, float b, float c, float d) { return a * b - c * d; }
MF_KERNEL float mf_both_f32(float a, float b, float c, float d) { return a * b + c * d; }
MF_KERNEL float mf_part_f32(float a, int32_t n) {
  (void)n; /* floats need no room for the sum */
  return a;
}

/* Complex numbers of such parts. mf_turned_ is z times the root of unity at w. */
#define MF_COMPLEX(t, type)                                                                 \
  typedef struct {                                                                          \
    type re;                                                                                \
    type im;                                                                                \
  } mf_complex_##t;                                                                         \
  MF_KERNEL mf_complex_##t mf_complex_at_##t(const type *x) {                               \
    const mf_complex_##t z = {x[0], x[1]};                                                  \
    return z;                                                                               \
  }                                                                                         \
  MF_KERNEL void mf_complex_to_##t(type *x, mf_complex_##t z) { x[0] = z.re, x[1] = z.im; } \
  MF_KERNEL mf_complex_##t mf_complex_part_##t(const type *x, int32_t n) {                  \
    const mf_complex_##t z = {mf_part_##t(x[0], n), mf_part_##t(x[1], n)};                  \
    return z;                                                                               \
  }                                                                                         \
  MF_KERNEL mf_complex_##t mf_complex_plus_##t(mf_complex_##t a, mf_complex_##t b) {        \
    const mf_complex_##t z = {mf_plus_##t(a.re, b.re), mf_plus_##t(a.im, b.im)};            \
    return z;                                                                               \
  }                                                                                         \
  MF_KERNEL mf_complex_##t mf_complex_minus_##t(mf_complex_##t a, mf_complex_##t b) {       \
    const mf_complex_##t z = {mf_minus_##t(a.re, b.re), mf_minus_##t(a.im, b.im)};          \
    return z;                                                                               \
  }                                                                                         \
  MF_KERNEL mf_complex_##t mf_turned_##t(mf_complex_##t a, const MF_ROM type *w) {          \
    const mf_complex_##t z = {mf_cross_##t(a.re, w[0], a.im, w[1]),                         \
                              mf_both_##t(a.re, w[1], a.im, w[0])};                         \
    return z;                                                                               \
  }

MF_COMPLEX(s16, int16_t)
MF_COMPLEX(s32, int32_t)
MF_COMPLEX(f32, float)

/* Where a transform's stages want value i of its input: the digits of i to the radices, the first one leading. */
MF_KERNEL int32_t mf_fft_place(int32_t i, int32_t stages, const MF_ROM int32_t *radices,
                               const MF_ROM int32_t *reaches) {
  int32_t place = 0;
  for (int32_t s = 0; s < stages; i /= radices[s++]) place += i % radices[s] * reaches[s];
  return place;
}

/* The body of a kernel that makes a stage of radix 2 or 4 in place. In every block, values that lie `reach` apart
   are turned by their roots and replaced by their transform. */
#define MF_FFT(t, type)                                                                            \
  MF_KERNEL void mf_fft_##t##_two(type *x, ptrdiff_t apart, const MF_ROM type *w) {                \
    const mf_complex_##t a = mf_complex_part_##t(x, 2);                                            \
    const mf_complex_##t b = mf_turned_##t(mf_complex_part_##t(x + apart, 2), w);                  \
    mf_complex_to_##t(x, mf_complex_plus_##t(a, b));                                               \
    mf_complex_to_##t(x + apart, mf_complex_minus_##t(a, b));                                      \
  }                                                                                                \
  MF_KERNEL void mf_fft_##t##_four(type *x, ptrdiff_t apart, const MF_ROM type *w, ptrdiff_t turn, \
                                   int32_t inverse) {                                              \
    type *const x1 = x + apart, *const x2 = x1 + apart, *const x3 = x2 + apart;                    \
    const mf_complex_##t a = mf_complex_part_##t(x, 4);                                            \
    const mf_complex_##t b = mf_turned_##t(mf_complex_part_##t(x1, 4), w + turn);                  \
    const mf_complex_##t c = mf_turned_##t(mf_complex_part_##t(x2, 4), w + 2 * turn);              \
    const mf_complex_##t d = mf_turned_##t(mf_complex_part_##t(x3, 4), w + 3 * turn);              \
    const mf_complex_##t even = mf_complex_plus_##t(a, c), odd = mf_complex_minus_##t(a, c);       \
    const mf_complex_##t sum = mf_complex_plus_##t(b, d), rest = mf_complex_minus_##t(b, d);       \
    const mf_complex_##t right = {mf_plus_##t(odd.re, rest.im), mf_minus_##t(odd.im, rest.re)};    \
    const mf_complex_##t left = {mf_minus_##t(odd.re, rest.im), mf_plus_##t(odd.im, rest.re)};     \
    mf_complex_to_##t(x, mf_complex_plus_##t(even, sum));                                          \
    mf_complex_to_##t(x1, inverse ? left : right);                                                 \
    mf_complex_to_##t(x2, mf_complex_minus_##t(even, sum));                                        \
    mf_complex_to_##t(x3, inverse ? right : left);                                                 \
  }                                                                                                \
  MF_ENTRY void mf_fft_##t(type *out, const MF_ROM mf_fft_##t##_params *p) {                       \
    const ptrdiff_t apart = 2 * (ptrdiff_t)p->reach, turn = 2 * (ptrdiff_t)p->blocks;              \
    for (int32_t r = 0; r < p->rows; r++, out += p->row) {                                         \
      type *x = out;                                                                               \
      for (int32_t b = 0; b < p->blocks; b++, x += (ptrdiff_t)(p->radix - 1) * apart)              \
        for (ptrdiff_t u = 0; u < p->reach; u++, x += 2)                                           \
          if (p->radix == 2)                                                                       \
            mf_fft_##t##_two(x, apart, p->roots + u * turn);                                       \
          else                                                                                     \
            mf_fft_##t##_four(x, apart, p->roots, u *turn, p->inverse);                            \
    }                                                                                              \
  }

/* The same for the radices 3 and 5. */
#define MF_FFT_ODD(t, type)                                                                        \
  MF_INNER void mf_fft_odd_##t##_three(type *x, ptrdiff_t apart, const MF_ROM type *w,             \
                                       ptrdiff_t turn, type sine) {                                \
    type *const x1 = x + apart, *const x2 = x1 + apart;                                            \
    const mf_complex_##t a = mf_complex_part_##t(x, 3);                                            \
    const mf_complex_##t b = mf_turned_##t(mf_complex_part_##t(x1, 3), w + turn);                  \
    const mf_complex_##t c = mf_turned_##t(mf_complex_part_##t(x2, 3), w + 2 * turn);              \
    const mf_complex_##t sum = mf_complex_plus_##t(b, c), rest = mf_complex_minus_##t(b, c);       \
    const mf_complex_##t half = {mf_minus_##t(a.re, mf_half_##t(sum.re)),                          \
                                 mf_minus_##t(a.im, mf_half_##t(sum.im))};                         \
    const type re = mf_times_##t(rest.re, sine), im = mf_times_##t(rest.im, sine);                 \
    mf_complex_to_##t(x, mf_complex_plus_##t(a, sum));                                             \
    x2[0] = mf_plus_##t(half.re, im), x2[1] = mf_minus_##t(half.im, re);                           \
    x1[0] = mf_minus_##t(half.re, im), x1[1] = mf_plus_##t(half.im, re);                           \
  }                                                                                                \
  /* a + b * u + c * v, in this order. */                                                          \
  MF_KERNEL type mf_fft_odd_##t##_mix(type a, type b, type u, type c, type v) {                    \
    return mf_plus_##t(mf_plus_##t(a, mf_times_##t(b, u)), mf_times_##t(c, v));                    \
  }                                                                                                \
  MF_INNER void mf_fft_odd_##t##_five(type *x, ptrdiff_t apart, const MF_ROM type *w,              \
                                      ptrdiff_t turn, const MF_ROM type *u,                        \
                                      const MF_ROM type *v) {                                      \
    const mf_complex_##t a = mf_complex_part_##t(x, 5);                                            \
    const mf_complex_##t b = mf_turned_##t(mf_complex_part_##t(x + apart, 5), w + turn);           \
    const mf_complex_##t c = mf_turned_##t(mf_complex_part_##t(x + 2 * apart, 5), w + 2 * turn);   \
    const mf_complex_##t d = mf_turned_##t(mf_complex_part_##t(x + 3 * apart, 5), w + 3 * turn);   \
    const mf_complex_##t e = mf_turned_##t(mf_complex_part_##t(x + 4 * apart, 5), w + 4 * turn);   \
    const mf_complex_##t outer = mf_complex_plus_##t(b, e), inner = mf_complex_plus_##t(c, d);     \
    const mf_complex_##t skew = mf_complex_minus_##t(b, e), bend = mf_complex_minus_##t(c, d);     \
    const mf_complex_##t s = {mf_fft_odd_##t##_mix(a.re, outer.re, u[0], inner.re, v[0]),          \
                              mf_fft_odd_##t##_mix(a.im, outer.im, u[0], inner.im, v[0])};         \
    const mf_complex_##t q = {mf_fft_odd_##t##_mix(a.re, outer.re, v[0], inner.re, u[0]),          \
                              mf_fft_odd_##t##_mix(a.im, outer.im, v[0], inner.im, u[0])};         \
    const mf_complex_##t g = {                                                                     \
        mf_plus_##t(mf_times_##t(skew.im, u[1]), mf_times_##t(bend.im, v[1])),                     \
        mf_minus_##t(mf_negative_##t(mf_times_##t(skew.re, u[1])), mf_times_##t(bend.re, v[1]))};  \
    const mf_complex_##t h = {                                                                     \
        mf_minus_##t(mf_times_##t(bend.im, u[1]), mf_times_##t(skew.im, v[1])),                    \
        mf_minus_##t(mf_times_##t(skew.re, v[1]), mf_times_##t(bend.re, u[1]))};                   \
    mf_complex_to_##t(x, mf_complex_plus_##t(a, mf_complex_plus_##t(outer, inner)));               \
    mf_complex_to_##t(x + apart, mf_complex_minus_##t(s, g));                                      \
    mf_complex_to_##t(x + 2 * apart, mf_complex_plus_##t(q, h));                                   \
    mf_complex_to_##t(x + 3 * apart, mf_complex_minus_##t(q, h));                                  \
    mf_complex_to_##t(x + 4 * apart, mf_complex_plus_##t(s, g));                                   \
  }                                                                                                \
  MF_ENTRY void mf_fft_odd_##t(type *out, const MF_ROM mf_fft_odd_##t##_params *p) {               \
    const ptrdiff_t apart = 2 * (ptrdiff_t)p->reach, turn = 2 * (ptrdiff_t)p->blocks;              \
    const MF_ROM type *const u = p->roots + (ptrdiff_t)p->reach * turn;                            \
    for (int32_t r = 0; r < p->rows; r++, out += p->row) {                                         \
      type *x = out;                                                                               \
      for (int32_t b = 0; b < p->blocks; b++, x += (ptrdiff_t)(p->radix - 1) * apart)              \
        for (ptrdiff_t i = 0; i < p->reach; i++, x += 2)                                           \
          if (p->radix == 3)                                                                       \
            mf_fft_odd_##t##_three(x, apart, p->roots, i *turn, u[1]);                             \
          else                                                                                     \
            mf_fft_odd_##t##_five(x, apart, p->roots, i *turn, u, u + (ptrdiff_t)p->reach * turn); \
    }                                                                                              \
  }

/* The body of a kernel that makes the spectrum of 2n real values, in place, of the transform of n complex ones that
   they were taken for. */
#define MF_RFFT_SPLIT(t, type)                                                                    \
  MF_INNER void mf_rfft_split_##t##_pair(type *low, type *high, const MF_ROM type *w) {           \
    const mf_complex_##t a = mf_complex_part_##t(low, 2);                                         \
    const mf_complex_##t b = {mf_part_##t(high[0], 2), mf_part_##t(mf_negative_##t(high[1]), 2)}; \
    const mf_complex_##t sum = mf_complex_plus_##t(a, b);                                         \
    const mf_complex_##t turned = mf_turned_##t(mf_complex_minus_##t(a, b), w);                   \
    low[0] = mf_middle_##t(sum.re, turned.re), low[1] = mf_middle_##t(sum.im, turned.im);         \
    high[0] = mf_bias_##t(sum.re, turned.re), high[1] = mf_bias_##t(turned.im, sum.im);           \
  }                                                                                               \
  MF_ENTRY void mf_rfft_split_##t(type *out, const MF_ROM mf_rfft_split_##t##_params *p) {        \
    for (int32_t r = 0; r < p->rows; r++, out += 2 * (p->count + 1)) {                            \
      type *const last = out + 2 * (ptrdiff_t)p->count;                                           \
      const mf_complex_##t sums = mf_complex_part_##t(out, 2);                                    \
      out[0] = mf_plus_##t(sums.re, sums.im), last[0] = mf_minus_##t(sums.re, sums.im);           \
      out[1] = last[1] = 0;                                                                       \
      for (int32_t k = 1; 2 * k <= p->count; k++)                                                 \
        mf_rfft_split_##t##_pair(out + 2 * k, last - 2 * k, p->roots + 2 * (k - 1));              \
    }                                                                                             \
  }

/* The body of a kernel that makes of the spectrum of 2n real values what the transform of n complex ones gives them
   back from, each where the stages want it. */
#define MF_IRFFT_MERGE(t, type)                                                                   \
  MF_KERNEL type *mf_irfft_merge_##t##_place(type *out, int32_t i,                                \
                                             const MF_ROM mf_irfft_merge_##t##_params *p) {       \
    return out + 2 * (ptrdiff_t)mf_fft_place(i, p->stages, p->radices, p->reaches);               \
  }                                                                                               \
  MF_INNER void mf_irfft_merge_##t##_pair(const type *in, type *out, int32_t k,                   \
                                          const MF_ROM mf_irfft_merge_##t##_params *p) {          \
    const type *const low = in + 2 * (ptrdiff_t)k, *const high =                                  \
                                                       in + 2 * (ptrdiff_t)(p->count - k);        \
    const mf_complex_##t a = mf_complex_part_##t(low, 2);                                         \
    const mf_complex_##t b = {mf_part_##t(high[0], 2), mf_part_##t(mf_negative_##t(high[1]), 2)}; \
    const mf_complex_##t even = mf_complex_plus_##t(a, b);                                        \
    const mf_complex_##t odd =                                                                    \
        mf_turned_##t(mf_complex_minus_##t(a, b), p->roots + 2 * (ptrdiff_t)(k - 1));             \
    type *const second = mf_irfft_merge_##t##_place(out, p->count - k, p);                        \
    mf_complex_to_##t(mf_irfft_merge_##t##_place(out, k, p), mf_complex_plus_##t(even, odd));     \
    second[0] = mf_minus_##t(even.re, odd.re),                                                    \
    second[1] = mf_negative_##t(mf_minus_##t(even.im, odd.im));                                   \
  }                                                                                               \
  MF_ENTRY void mf_irfft_merge_##t(const type *in, type *out,                                     \
                                   const MF_ROM mf_irfft_merge_##t##_params *p) {                 \
    for (int32_t r = 0; r < p->rows; r++, in += 2 * (p->count + 1), out += 2 * p->count) {        \
      const type *const last = in + 2 * (ptrdiff_t)p->count;                                      \
      out[0] = mf_part_##t(mf_plus_##t(in[0], last[0]), 2);                                       \
      out[1] = mf_part_##t(mf_minus_##t(in[0], last[0]), 2);                                      \
      for (int32_t k = 1; 2 * k <= p->count; k++) mf_irfft_merge_##t##_pair(in, out, k, p);       \
    }                                                                                             \
  }

#endif
