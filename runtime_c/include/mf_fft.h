/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_fft.h: the stages of fast Fourier transforms. Include mf_kernel.h first. */
#ifndef MF_FFT_H
#define MF_FFT_H

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
