/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_vectors.h: inner loops of kernels for computers with vector registers, in C that compilers make vectors of.
   Include mf_kernel.h and mf_layer.h first. */
#ifndef MF_VECTORS_H
#define MF_VECTORS_H

/* Vectors of int16 are multiples of so many elements long; what is behind the last value is 0. */
#define MF_STEP         8
#define MF_STEPS(count) (((count) + MF_STEP - 1) & ~(MF_STEP - 1))

/* Pixels whose sums are made side by side, so that a weight is loaded once for all of them. */
#define MF_PIXELS 4

/* Channels whose sums are made side by side. */
#define MF_STRIP 32

/* Channels of which the factors of outputs are kept, at most. */
#define MF_CHANNELS 1024

MF_INNER void mf_widen_s8(int16_t *restrict to, const int8_t *restrict x, int n) {
  for (int i = 0; i < n; i++) to[i] = x[i];
}

MF_INNER void mf_fill_s16(int16_t *to, int16_t value, int n) {
  for (int i = 0; i < n; i++) to[i] = value;
}

/* The largest window that is laid down as a vector, in values. */
#define MF_WINDOW 576

/* The lanes of a loop's vectors, for a compiler that chooses too few. It need not say where it makes none. */
#if defined(__clang__)
#define MF_LANES_8 _Pragma("clang loop vectorize_width(8)")
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpass-failed"
#else
#define MF_LANES_8
#endif

/* The products of each of four vectors, which lie `apart` elements apart, with the weights of two filters, summed:
   n of them, whole steps. Sums of a filter are a strip apart. */
MF_INNER void mf_dot_pixels(const int16_t *restrict x, ptrdiff_t apart, const int8_t *restrict w,
                            const int8_t *restrict w1, int n, int32_t *restrict sum) {
  const int16_t *x1 = x + apart, *x2 = x1 + apart, *x3 = x2 + apart;
  const int whole = n & ~(MF_STEP - 1);
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
  MF_LANES_8
  for (int i = 0; i < whole; i++) {
    s0 += x[i] * w[i], s4 += x[i] * w1[i];
    s1 += x1[i] * w[i], s5 += x1[i] * w1[i];
    s2 += x2[i] * w[i], s6 += x2[i] * w1[i];
    s3 += x3[i] * w[i], s7 += x3[i] * w1[i];
  }
  sum[0] = s0, sum[MF_STRIP] = s1, sum[2 * MF_STRIP] = s2, sum[3 * MF_STRIP] = s3;
  sum[1] = s4, sum[MF_STRIP + 1] = s5, sum[2 * MF_STRIP + 1] = s6, sum[3 * MF_STRIP + 1] = s7;
}

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

/* The sums of n filters, at most a strip, of `size` weights each, over four vectors. Steps may go beyond a filter,
   where the vectors are 0, but not beyond `end`, where the table ends. `sums` has a strip for each vector. */
MF_KERNEL void mf_dot_filters(const int16_t *x, ptrdiff_t apart, const int8_t *w, int size, int n,
                              const int8_t *end, int32_t *sums) {
  const int steps = MF_STEPS(size);
  int32_t last[MF_PIXELS * MF_STRIP];
  int8_t padded[MF_WINDOW];
  int i = 0;
  for (; i + 1 < n && end - w >= size + steps; i += 2, w += 2 * size)
    mf_dot_pixels(x, apart, w, w + size, steps, sums + i);
  for (; i < n; i++, w += size) {
    memcpy(padded, w, (size_t)size);
    memset(padded + size, 0, (size_t)(steps - size));
    mf_dot_pixels(x, apart, padded, padded, steps, last);
    for (int k = 0; k < MF_PIXELS; k++) sums[k * MF_STRIP + i] = last[k * MF_STRIP];
  }
}

/* The products of n inputs and weights, summed; the sum of n weights. */
MF_INNER int32_t mf_dot_bytes(const int8_t *x, const int8_t *w, int n) {
  int32_t sum = 0;
  for (int i = 0; i < n; i++) sum += x[i] * w[i];
  return sum;
}

MF_INNER int32_t mf_sum_bytes(const int8_t *w, int n) {
  int32_t sum = 0;
  for (int i = 0; i < n; i++) sum += w[i];
  return sum;
}

/* Adds up, for n neighbouring channels, at most a strip, the products of inputs and weights of `count` taps. The
   inputs of each tap are at one of x; its weights are `apart` elements behind those of the tap before. */
MF_KERNEL void mf_sum_lanes(const int8_t *const *x, int count, const int8_t *w, ptrdiff_t apart,
                            int n, int32_t *restrict sums) {
  int32_t sum[MF_STRIP];
  for (int i = 0; i < n; i++) sum[i] = 0;
  for (int tap = 0; tap < count; tap++, w += apart) {
    const int8_t *from = x[tap];
    for (int i = 0; i < n; i++) sum[i] += from[i] * w[i];
  }
  for (int i = 0; i < n; i++) sums[i] = sum[i];
}

/* The same; of usual numbers of channels the compiler knows the loops. */
MF_INNER void mf_sum_taps(const int8_t *const *x, int count, const int8_t *w, ptrdiff_t apart,
                          int n, int32_t *restrict sums) {
  if (n == MF_STRIP)
    mf_sum_lanes(x, count, w, apart, MF_STRIP, sums);
  else if (n == MF_STRIP / 2)
    mf_sum_lanes(x, count, w, apart, MF_STRIP / 2, sums);
  else if (n == MF_STRIP / 4)
    mf_sum_lanes(x, count, w, apart, MF_STRIP / 4, sums);
  else
    mf_sum_lanes(x, count, w, apart, n, sums);
}

MF_KERNEL int mf_strip(int left) { return left < MF_STRIP ? left : MF_STRIP; }

/* How the sums of a layer become its outputs: its tables, and its zero point and clamp. `step`: 1 where each
   channel has a scale, 0 where all have one. `factor` is empty where it is not wanted. */
typedef struct {
  const int32_t *bias;
  const int32_t *multiplier;
  const int8_t *shift;
  int32_t step;
  int32_t zero_point;
  int32_t low;
  int32_t high;
  int factors;
  uint32_t factor[MF_CHANNELS];
} mf_strip_outputs;

/* Works out the factors of `channels` channels, unless there are too many, or shifts to the left. */
MF_INNER void mf_find_factors(mf_strip_outputs *how, int channels) {
  int most = -1;
  how->factors = how->step == 1 && channels <= MF_CHANNELS ? channels : 0;
  for (int i = 0; i < how->factors; i++) most = how->shift[i] > most ? how->shift[i] : most;
  if (most > 0) how->factors = 0;
  for (int i = 0; i < how->factors; i++) how->factor[i] = mf_layer_factor(how->shift[i]);
}

/* The outputs of n sums, at most a strip, of neighbouring channels from the channel `first` on. The clamps of a loop
   of their own are vectors, where branches would be guessed wrong. */
MF_INNER void mf_write_strip(const int32_t *restrict sum, int n, int first,
                             const mf_strip_outputs *restrict how, int8_t *restrict out) {
  const int32_t *bias = how->bias + first, *multiplier = how->multiplier + first * how->step;
  const int8_t *shift = how->shift + first * how->step;
  const uint32_t *factor = how->factor + first;
  const int32_t zero_point = how->zero_point, low = how->low, high = how->high;
  int32_t scaled[MF_STRIP];
  if (how->factors > 0)
    for (int i = 0; i < n; i++)
      scaled[i] = mf_layer_product(mf_wrapping_add(sum[i], bias[i]), multiplier[i], factor[i]);
  else
    for (int i = 0; i < n; i++, multiplier += how->step, shift += how->step)
      scaled[i] = mf_layer_scaled(mf_wrapping_add(sum[i], bias[i]), *multiplier, *shift);
  for (int i = 0; i < n; i++)
    out[i] = (int8_t)mf_clamp(mf_wrapping_add(scaled[i], zero_point), low, high);
}

/* The outputs of n sums, all channels of a pixel. */
MF_KERNEL void mf_write_outputs(const int32_t *sum, int n, const mf_strip_outputs *how,
                                int8_t *out) {
  for (int i = 0; i < n; i += MF_STRIP) mf_write_strip(sum + i, mf_strip(n - i), i, how, out + i);
}

/* What a row of a window reads: `taps` pixels `dilation` apart, of a row of `width` pixels with `channels` each;
   of each pixel so many values. Pixels outside read `zero`. */
typedef struct {
  int taps;
  int dilation;
  int width;
  int channels;
  int values;
  int zero;
} mf_line;

/* Lays down the values of a row of a window whose tap 0 lies at pixel x0, from the channel `channel` on. `row` is
   null where it is outside. */
MF_KERNEL void mf_widen_line(int16_t *to, const int8_t *row, int x0, int channel, mf_line line) {
  const int all = line.taps * line.values;
  const mf_taps inside = mf_taps_inside(x0, line.taps, line.dilation, line.width);
  if (row == NULL || inside.first >= inside.end) {
    mf_fill_s16(to, (int16_t)line.zero, all);
    return;
  }
  const int first = (int)inside.first * line.values, end = (int)inside.end * line.values;
  const int step = line.dilation * line.channels;
  const int8_t *x = row + (ptrdiff_t)(x0 + (int)inside.first * line.dilation) * line.channels;
  x += channel;
  if (first > 0) mf_fill_s16(to, (int16_t)line.zero, first);
  if (step == line.values)
    mf_widen_s8(to + first, x, end - first);
  else
    for (int at = first; at < end; at += line.values, x += step)
      mf_widen_s8(to + at, x, line.values);
  if (end < all) mf_fill_s16(to + end, (int16_t)line.zero, all - end);
}

#endif
