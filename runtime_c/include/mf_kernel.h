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

/* The same product of one of them in halves, for cores whose own products have 32 bits. b: 0 or more. */
MF_WIDE int32_t mf_high_mul_halves(int32_t a, int32_t b) {
  const uint16_t a0 = (uint16_t)a, b0 = (uint16_t)b;
  const int16_t a1 = (int16_t)(a >> 16), b1 = (int16_t)(b >> 16);
  const int32_t upper = (int32_t)a1 * b0 + (int32_t)((uint32_t)a0 * b0 >> 16);
  const int32_t middle = (int32_t)a0 * b1 + (int32_t)(uint16_t)upper;
  const int32_t high = (int32_t)a1 * b1 + (upper >> 16) + (middle >> 16);
  return high * 2 + (int32_t)(((uint32_t)(uint16_t)middle + 0x4000u) >> 15);
}

/* x * multiplier * 2^(shift - 31), rounded twice, as the quantised reference does.
   multiplier: 0 or 2^30 to 2^31 - 1. shift: -31 to 30; to the left where positive.

   With v the rounded product, v / 2^n rounded to nearest, ties away from zero, is floor((v' / 2^(n-1) + 1) / 2),
   where v' is v, and v - 1 below zero. None of it overflows: |v| is at most 2^31 - 2, as multiplier / 2^31 < 1. */
#if defined(__AVR_HAVE_MUL__)
/* A byte of x times the multiplier (r18 to r21), added to the five bytes from b0 on, of which b4 is new. clr leaves the
   carry as it is. */
#define MF_REQUANTISE_BYTE(x, b0, b1, b2, b3, b4)                                        \
  "mul " x ", r21\n add " b3 ", r0\n mov " b4 ", r1\n clr r0\n adc " b4                  \
  ", r0\n"                                                                               \
  "mul " x ", r20\n add " b2 ", r0\n adc " b3 ", r1\n clr r0\n adc " b4                  \
  ", r0\n"                                                                               \
  "mul " x ", r19\n add " b1 ", r0\n adc " b2 ", r1\n clr r0\n adc " b3 ", r0\n adc " b4 \
  ", r0\n"                                                                               \
  "mul " x ", r18\n add " b0 ", r0\n adc " b1 ", r1\n clr r0\n adc " b2 ", r0\n adc " b3 \
  ", r0\n adc " b4 ", r0\n"
/* To each of the four bytes of r27, r26, r22 and r31, from the lowest on. */
#define MF_REQUANTISE_EACH(do, with) \
  do " r31" with "\n" do " r22" with "\n" do " r26" with "\n" do " r27" with "\n"

/* x in r22 to r25, where the result is too, and the shift in r14; from r26 on and r0 are lost as well. */
__attribute__((naked, noclone)) MF_INNER int32_t mf_requantise(int32_t x, int32_t multiplier,
                                                               int32_t shift) {
  MF_IN_REGISTERS((void)x, (void)multiplier, (void)shift);
  register int32_t value __asm__("r22");
  __asm__ volatile(
      "mov r26, r14\n"
      "1:\n" /* to the left */
      "cpi r26, 1\n"
      "brlt 2f\n"
      "lsl r22\n rol r23\n rol r24\n rol r25\n"
      "dec r26\n"
      "rjmp 1b\n"
      "2:\n"
      "mul r22, r19\n movw r26, r0\n"
      "mul r22, r21\n movw r30, r0\n"
      "mul r22, r18\n add r26, r1\n clr r0\n adc r27, r0\n adc r30, r0\n adc r31, r0\n"
      "mul r22, r20\n add r27, r0\n adc r30, r1\n clr r0\n adc r31, r0\n"
      MF_REQUANTISE_BYTE("r23", "r26", "r27", "r30", "r31", "r22")
      MF_REQUANTISE_BYTE("r24", "r27", "r30", "r31", "r22", "r26")
      MF_REQUANTISE_BYTE("r25", "r30", "r31", "r22", "r26", "r27")
      "sbrs r25, 7\n" /* x was taken as if unsigned */
      "rjmp 3f\n"
      "sub r31, r18\n sbc r22, r19\n sbc r26, r20\n sbc r27, r21\n"
      "3:\n"
      "ldi r18, 0x40\n"
      "clr r0\n"
      "add r30, r18\n" MF_REQUANTISE_EACH("adc", ", r0")
      "lsl r30\n" MF_REQUANTISE_EACH("rol", "")
      "mov r18, r14\n"
      "neg r18\n"
      "brmi 6f\n"
      "breq 6f\n"
      "mov r19, r27\n"
      "lsl r19\n" MF_REQUANTISE_EACH("sbc", ", r0")
      "4:\n"
      "cpi r18, 9\n"
      "brlo 5f\n"
      "mov r31, r22\n mov r22, r26\n mov r26, r27\n lsl r27\n sbc r27, r27\n"
      "subi r18, 8\n"
      "rjmp 4b\n"
      "5:\n"
      "asr r27\n ror r26\n ror r22\n ror r31\n"
      "dec r18\n"
      "brne 5b\n" MF_REQUANTISE_EACH("adc", ", r0")
      "6:\n"
      "mov r23, r22\n mov r22, r31\n movw r24, r26\n"
      "clr r1\n"
      "ret\n"
      : "=r"(value));
  return value;
}
#else
MF_WIDE int32_t mf_requantise(int32_t x, int32_t multiplier, int32_t shift) {
  const int32_t shifted = shift > 0 ? (int32_t)((uint32_t)x << shift) : x;
  const int32_t v = MF_LONG_PRODUCTS
                        ? (int32_t)(((int64_t)shifted * multiplier + ((int64_t)1 << 30)) >> 31)
                        : mf_high_mul_halves(shifted, multiplier);
  if (shift >= 0) return v;
  return (((v + (v >> 31)) >> (-1 - shift)) + 1) >> 1;
}
#endif

/* x * multiplier * 2^(shift - 15), rounded once, as the reference does with sums of more than 32 bits.
   multiplier: 0 to 2^15 - 1. shift: -31 to 14; to the left where positive. */
MF_WIDE int32_t mf_requantise_wide(int64_t x, int32_t multiplier, int32_t shift) {
  const uint64_t half = (uint64_t)1 << (14 - shift);
  return (int32_t)((int64_t)((uint64_t)x * (uint64_t)multiplier + half) >> (15 - shift));
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

/* The int8 output of an accumulator: requantised, moved by the zero point, clamped. Where nothing below the zero
   point passes the clamp, as behind ReLU, no sum below zero needs the product. */
MF_KERNEL int8_t mf_output_s8(int32_t sum, int32_t multiplier, int32_t shift, int32_t zero_point,
                              int32_t low, int32_t high) {
  if (sum <= 0 && low >= zero_point && shift < 0) return (int8_t)low;
  const int32_t scaled = mf_requantise(sum, multiplier, shift);
  return (int8_t)mf_clamp(mf_wrapping_add(scaled, zero_point), low, high);
}

/* The same of a sum above zero whose shift is to the right, up to the clamp's high end. */
MF_KERNEL int8_t mf_output_above_s8(int32_t sum, int32_t multiplier, int32_t shift,
                                    int32_t zero_point, int32_t high) {
  const uint64_t product = (uint64_t)(uint32_t)sum * ((uint32_t)multiplier << 1) + 0x80000000u;
  const uint32_t v =
      MF_LONG_PRODUCTS ? (uint32_t)(product >> 32) : (uint32_t)mf_high_mul_halves(sum, multiplier);
  const int32_t out = (int32_t)((v + ((uint32_t)1 << (-1 - shift))) >> -shift) + zero_point;
  return (int8_t)(out > high ? high : out);
}

/* The int16 output of a sum: in its low 32 bits and rounded twice, or whole and rounded once. */
MF_KERNEL int16_t mf_output_s16(int64_t sum, int32_t multiplier, int32_t shift, int32_t wide,
                                int32_t zero_point, int32_t low, int32_t high) {
  const int32_t scaled = wide ? mf_requantise_wide(sum, multiplier, shift)
                              : mf_requantise((int32_t)sum, multiplier, shift);
  return (int16_t)mf_clamp(mf_wrapping_add(scaled, zero_point), low, high);
}

MF_KERNEL float mf_clamp_f32(float x, float low, float high) {
  return x < low ? low : (x > high ? high : x);
}

/* The quantised value nearest to x, ties away from zero, within low to high; NaN becomes low. Of half steps, whole ones
   towards zero, the upper of a positive number's two counts. */
MF_KERNEL int32_t mf_quantise(float x, float scale, int32_t zero_point, int32_t low, int32_t high) {
  const float steps = x / scale;
  if (!(steps > (float)(low - zero_point))) return low;
  if (steps >= (float)(high - zero_point)) return high;
  const int32_t halves = (int32_t)(steps + steps);
  return zero_point + ((halves + (halves >= 0 ? 1 : 0)) >> 1);
}

/* A walk over n things: up from the first where `order` is 1, down from the last where it is -1.
   for (int32_t i = mf_first(n, order); mf_within(i, n); i += order) */
MF_KERNEL int32_t mf_first(int32_t n, int32_t order) { return order > 0 ? 0 : n - 1; }
MF_KERNEL int mf_within(int32_t i, int32_t n) { return i >= 0 && i < n; }

/* Outputs that a kernel computes side by side, so that an input is loaded once for all of them. */
#define MF_LANES 4

MF_KERNEL int32_t mf_lanes(int32_t left) { return left < MF_LANES ? left : MF_LANES; }

/* So many products of int16 and int8 fit 32 bits when summed. */
#define MF_RUN_S16 511

/* The products of n inputs and weights, summed in single precision. Each sum goes on where it stood, in the order of its inputs. */
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

/* What kernels with a window over pictures have in common, as text: types and parameters differ.

   Defines mf_k: the whole output, images and rows in p->order, each row by mf_k_rows. T is the type of an
   element, `t` the suffix of what points at rows of it. */
#define MF_WHOLE_PICTURE(k, T, t, in_channels, out_channels, dilation)                          \
  MF_ENTRY void mf_##k(const T *in, T *out, const T **rows, const MF_ROM mf_##k##_params *p) {  \
    for (int32_t b = mf_first(p->batches, p->order); mf_within(b, p->batches); b += p->order) { \
      for (int32_t y = mf_first(p->out_h, p->order); mf_within(y, p->out_h); y += p->order) {   \
        const int32_t in_row = p->in_w * (in_channels), out_row = p->out_w * (out_channels);    \
        mf_point_rows_##t(rows, in + (ptrdiff_t)b * p->in_h * in_row, in_row, p->in_h,          \
                          p->kernel_h, y * p->stride_h - p->pad_top, (dilation));               \
        mf_##k##_rows(rows, out + ((ptrdiff_t)b * p->out_h + y) * out_row, 1, p);               \
      }                                                                                         \
    }                                                                                           \
  }

/* The same with scratch memory, rows in ascending order. */
#define MF_WHOLE_PICTURE_SCRATCH(k, in_channels, out_channels)                                 \
  MF_ENTRY void mf_##k(const int8_t *in, int8_t *out, const int8_t **rows, void *scratch,      \
                       const MF_ROM mf_##k##_params *p) {                                      \
    const int32_t in_row = p->in_w * (in_channels), out_row = p->out_w * (out_channels);       \
    for (int32_t b = 0; b < p->batches; b++, in += (ptrdiff_t)p->in_h * in_row)                \
      for (int32_t y = 0; y < p->out_h; y++, out += out_row) {                                 \
        mf_point_rows_s8(rows, in, in_row, p->in_h, p->kernel_h, y * p->stride_h - p->pad_top, \
                         p->dilation_h);                                                       \
        mf_##k##_rows(rows, out, 1, scratch, p);                                               \
      }                                                                                        \
  }

/* Defines mf_k_rows: the pixels of n output rows in p->order, each by mf_k_pixel. */
#define MF_PICTURE_ROWS(k, T, out_channels)                               \
  MF_ENTRY void mf_##k##_rows(const T *const *rows, T *out, int32_t n,    \
                              const MF_ROM mf_##k##_params *p) {          \
    const int32_t order = p->order;                                       \
    int32_t under = mf_first(n, order) * p->kernel_h,                     \
            at = mf_first(n * p->out_w, order) * (out_channels);          \
    for (; n > 0; n--, under += order * p->kernel_h) {                    \
      int32_t x0 = mf_first(p->out_w, order) * p->stride_w - p->pad_left; \
      for (int32_t left = p->out_w; left > 0; left--) {                   \
        mf_##k##_pixel(rows + under, x0, out + at, p);                    \
        x0 += order * p->stride_w;                                        \
        at += order * (out_channels);                                     \
      }                                                                   \
    }                                                                     \
  }

#endif
