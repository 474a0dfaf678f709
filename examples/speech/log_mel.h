/* SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Log-mel features for the speech example: sound in, int8 model input out.
 *
 *   16 kHz mono PCM -> frames of 480 samples (30 ms) every 320 (20 ms) -> Hann window
 *   -> 512-point real FFT -> power -> 40 triangular mel bands, 125 to 7500 Hz -> log2 -> int8
 *
 * A feature q stands for the real value (q + 128) / 8 = log2(E) - 10, where E is the energy of the
 * band in squared PCM steps of the windowed, unnormalised transform; it saturates at 0 and 31.875.
 * One step is 0.376 dB. These are the scale (0.125) and the zero point (-128) of the model's input,
 * so a row goes into the tensor as it is.
 *
 * Integer arithmetic only, so every machine gives the same bytes; training uses this very file. No
 * heap, no statics but the constant tables (1.1 KiB), about 2.2 KiB of stack. Valid as C99 and as
 * C++11.
 */
#ifndef MF_LOG_MEL_H
#define MF_LOG_MEL_H

#include <stddef.h>
#include <stdint.h>

#define MF_FRONTEND_RATE    16000 /* Hz */
#define MF_FRONTEND_SAMPLES 16000 /* one second: what fills the model's input */

#define LOG_MEL_FRAMES        49  /* rows of the input */
#define LOG_MEL_BANDS         40  /* features a row */
#define LOG_MEL_FRAME_SAMPLES 480 /* 30 ms */
#define LOG_MEL_HOP_SAMPLES   320 /* 20 ms */

#define LOG_MEL_HALF_FFT   256 /* the 512 real points are transformed as 256 complex ones */
#define LOG_MEL_INPUT_BITS 6   /* fraction bits of windowed samples: 21 bits grow by 9 */
#define LOG_MEL_FLOOR_LOG2 10  /* log2 of the energy that becomes -128 */
#define LOG_MEL_STEP_BITS  3   /* a step of the output is 1/8 octave of energy */
#define LOG_MEL_LOG2_BITS  12  /* fraction bits of log_mel_log2() */

/* tables: begin, written by tables.py */
/* clang-format off */
/* sin(2 pi i / 512), Q15 */
static const uint16_t log_mel_quarter_sine[129] = {
        0,   402,   804,  1206,  1608,  2009,  2411,  2811,  3212,  3612,  4011,  4410,  4808,
     5205,  5602,  5998,  6393,  6787,  7180,  7571,  7962,  8351,  8740,  9127,  9512,  9896,
    10279, 10660, 11039, 11417, 11793, 12167, 12540, 12910, 13279, 13646, 14010, 14373, 14733,
    15091, 15447, 15800, 16151, 16500, 16846, 17190, 17531, 17869, 18205, 18538, 18868, 19195,
    19520, 19841, 20160, 20475, 20788, 21097, 21403, 21706, 22006, 22302, 22595, 22884, 23170,
    23453, 23732, 24008, 24279, 24548, 24812, 25073, 25330, 25583, 25833, 26078, 26320, 26557,
    26791, 27020, 27246, 27467, 27684, 27897, 28106, 28311, 28511, 28707, 28899, 29086, 29269,
    29448, 29622, 29792, 29957, 30118, 30274, 30425, 30572, 30715, 30853, 30986, 31114, 31238,
    31357, 31471, 31581, 31686, 31786, 31881, 31972, 32058, 32138, 32214, 32286, 32352, 32413,
    32470, 32522, 32568, 32610, 32647, 32679, 32706, 32729, 32746, 32758, 32766, 32768};

/* first half of the Hann window, Q15 */
static const uint16_t log_mel_half_window[240] = {
        0,     3,     9,    17,    28,    42,    59,    79,   101,   127,   155,   185,   219,
      255,   294,   336,   381,   428,   478,   531,   586,   645,   705,   769,   835,   904,
      976,  1050,  1127,  1206,  1289,  1373,  1460,  1550,  1643,  1737,  1835,  1935,  2037,
     2142,  2249,  2359,  2471,  2585,  2702,  2821,  2943,  3066,  3192,  3321,  3451,  3584,
     3719,  3856,  3995,  4137,  4280,  4426,  4574,  4723,  4875,  5028,  5184,  5342,  5501,
     5662,  5825,  5990,  6157,  6325,  6495,  6667,  6841,  7016,  7193,  7371,  7551,  7732,
     7915,  8099,  8285,  8472,  8661,  8850,  9042,  9234,  9427,  9622,  9818, 10015, 10213,
    10413, 10613, 10814, 11016, 11219, 11423, 11628, 11834, 12040, 12247, 12455, 12664, 12873,
    13083, 13293, 13504, 13715, 13927, 14139, 14352, 14565, 14778, 14992, 15205, 15419, 15634,
    15848, 16062, 16277, 16491, 16706, 16920, 17134, 17349, 17563, 17776, 17990, 18203, 18416,
    18629, 18841, 19053, 19264, 19475, 19685, 19895, 20104, 20313, 20521, 20728, 20934, 21140,
    21345, 21549, 21752, 21954, 22155, 22355, 22555, 22753, 22950, 23146, 23341, 23534, 23726,
    23918, 24107, 24296, 24483, 24669, 24853, 25036, 25217, 25397, 25575, 25752, 25927, 26101,
    26273, 26443, 26611, 26778, 26943, 27106, 27267, 27426, 27584, 27740, 27893, 28045, 28194,
    28342, 28488, 28631, 28773, 28912, 29049, 29184, 29317, 29447, 29576, 29702, 29825, 29947,
    30066, 30183, 30297, 30409, 30519, 30626, 30731, 30833, 30933, 31031, 31125, 31218, 31308,
    31395, 31479, 31562, 31641, 31718, 31792, 31864, 31933, 31999, 32063, 32123, 32182, 32237,
    32290, 32340, 32387, 32432, 32474, 32513, 32549, 32583, 32613, 32641, 32667, 32689, 32709,
    32726, 32740, 32751, 32759, 32765, 32768};

/* where each stretch between two band centres begins, and the end */
static const uint8_t log_mel_first_bin[42] = {
      4,   6,   8,   9,  11,  13,  15,  17,  19,  22,  24,  27,  30,  33,  36,  39,  43,  47,
     50,  55,  59,  64,  69,  74,  79,  85,  91,  98, 105, 112, 120, 128, 137, 146, 155, 166,
    176, 188, 200, 213, 226, 240};

/* share (of 256) of each bin that goes to the band above */
static const uint8_t log_mel_rising_weight[236] = {
      0, 170,  78, 236, 133,  25, 168,  51, 186,  61, 188,  56, 177,  38, 153,   8, 117, 224,
     72, 174,  17, 115, 210,  48, 139, 229,  61, 148, 232,  60, 141, 222,  45, 122, 199,  18,
     91, 164, 236,  50, 119, 188, 255,  65, 131, 195,   3,  66, 127, 188, 249,  52, 111, 169,
    226,  26,  82, 137, 192, 246,  43,  95, 147, 199, 250,  44,  94, 143, 192, 240,  31,  79,
    125, 171, 217,   6,  51,  96, 140, 183, 226,  13,  56,  98, 139, 180, 221,   6,  46,  86,
    125, 164, 203, 241,  23,  61,  99, 136, 173, 209, 246,  26,  61,  97, 132, 167, 202, 236,
     14,  48,  82, 115, 148, 181, 214, 246,  22,  54,  86, 118, 149, 180, 211, 242,  16,  47,
     77, 107, 136, 166, 195, 224, 253,  26,  54,  83, 111, 139, 167, 195, 222, 250,  21,  48,
     75, 102, 128, 155, 181, 207, 233,   3,  29,  54,  79, 105, 130, 155, 180, 204, 229, 253,
     22,  46,  70,  94, 118, 142, 165, 189, 212, 235,   2,  25,  48,  71,  93, 116, 138, 161,
    183, 205, 227, 249,  15,  36,  58,  79, 101, 122, 143, 164, 185, 206, 227, 247,  12,  33,
     53,  73,  94, 114, 134, 154, 174, 193, 213, 233, 252,  16,  35,  54,  74,  93, 112, 131,
    150, 168, 187, 206, 224, 243,   5,  24,  42,  60,  78,  96, 114, 132, 150, 168, 186, 203,
    221, 239};

/* log2(1 + i / 32), Q12 */
static const uint16_t log_mel_log2_table[33] = {
       0,  182,  358,  530,  696,  858, 1016, 1169, 1319, 1465, 1607, 1746, 1882, 2015, 2145,
    2272, 2396, 2518, 2637, 2754, 2869, 2982, 3092, 3200, 3307, 3412, 3514, 3615, 3715, 3812,
    3908, 4003, 4096};
/* clang-format on */
/* tables: end */

/* Floor division by 2^bits: what `>>` does on every compiler we know, but C99 leaves it open for
 * negative numbers. */
static inline int64_t log_mel_shift_right(int64_t value, unsigned bits) {
  return value >= 0 ? value >> bits : ~(~value >> bits);
}

/* sin(2 pi i / 512) and cos(2 pi i / 512) in Q15, for i from 0 to 256. */
static inline int32_t log_mel_sin(unsigned i) {
  return (int32_t)log_mel_quarter_sine[i <= 128u ? i : 256u - i];
}

static inline int32_t log_mel_cos(unsigned i) {
  return i <= 128u ? (int32_t)log_mel_quarter_sine[128u - i]
                   : -(int32_t)log_mel_quarter_sine[i - 128u];
}

/* Windowed sample n of a frame of which `count` samples exist; the rest is silence. */
static inline int32_t log_mel_windowed(const int16_t *pcm, size_t count, size_t n) {
  size_t mirrored;
  int32_t product;
  if (n >= count) {
    return 0;
  }
  mirrored = n < LOG_MEL_FRAME_SAMPLES / 2 ? n : LOG_MEL_FRAME_SAMPLES - 1 - n;
  product = (int32_t)pcm[n] * (int32_t)log_mel_half_window[mirrored];
  return (int32_t)log_mel_shift_right(product, 15 - LOG_MEL_INPUT_BITS);
}

/* Windows a frame and lays it out for the transform: sample pairs as complex numbers, in
 * bit-reversed order. */
static inline void log_mel_load(const int16_t *pcm, size_t count, int32_t *z) {
  unsigned reversed = 0u;
  unsigned i;
  for (i = 0u; i < LOG_MEL_HALF_FFT; i++) {
    unsigned bit = LOG_MEL_HALF_FFT / 2u;
    z[2u * reversed] = log_mel_windowed(pcm, count, 2u * (size_t)i);
    z[2u * reversed + 1u] = log_mel_windowed(pcm, count, 2u * (size_t)i + 1u);
    while ((reversed & bit) != 0u) {
      reversed ^= bit;
      bit >>= 1;
    }
    reversed |= bit;
  }
}

/* In-place radix-2 transform of 256 complex numbers, re and im interleaved, no scaling. */
static inline void log_mel_fft(int32_t *z) {
  unsigned half;
  for (half = 1u; half < LOG_MEL_HALF_FFT; half *= 2u) {
    unsigned k;
    for (k = 0u; k < half; k++) {
      const int32_t c = log_mel_cos(k * (LOG_MEL_HALF_FFT / half));
      const int32_t s = log_mel_sin(k * (LOG_MEL_HALF_FFT / half));
      unsigned i;
      for (i = k; i < LOG_MEL_HALF_FFT; i += 2u * half) {
        int32_t *a = z + 2u * i;
        int32_t *b = z + 2u * (i + half);
        const int64_t re = (int64_t)b[0] * c + (int64_t)b[1] * s;
        const int64_t im = (int64_t)b[1] * c - (int64_t)b[0] * s;
        const int32_t rotated_re = (int32_t)log_mel_shift_right(re + 16384, 15);
        const int32_t rotated_im = (int32_t)log_mel_shift_right(im + 16384, 15);
        b[0] = a[0] - rotated_re;
        b[1] = a[1] - rotated_im;
        a[0] += rotated_re;
        a[1] += rotated_im;
      }
    }
  }
}

/* Power of bin k (1 to 255) of the 512-point real transform, from the 256-point complex one of its
 * sample pairs. */
static inline uint64_t log_mel_power(const int32_t *z, unsigned k) {
  const int32_t *p = z + 2u * k;
  const int32_t *q = z + 2u * (LOG_MEL_HALF_FFT - k);
  const int64_t even_re = (int64_t)p[0] + q[0];
  const int64_t even_im = (int64_t)p[1] - q[1];
  const int64_t odd_re = (int64_t)p[1] + q[1];
  const int64_t odd_im = (int64_t)q[0] - p[0];
  const int64_t c = log_mel_cos(k);
  const int64_t s = log_mel_sin(k);
  const int64_t re = log_mel_shift_right(even_re * 32768 + odd_re * c + odd_im * s, 16);
  const int64_t im = log_mel_shift_right(even_im * 32768 + odd_im * c - odd_re * s, 16);
  return (uint64_t)(re * re) + (uint64_t)(im * im);
}

/* log2 of a positive number with LOG_MEL_LOG2_BITS fraction bits; off by less than 0.0005. */
static inline int32_t log_mel_log2(uint64_t value) {
  int32_t exponent = 63;
  unsigned step;
  uint32_t index;
  uint32_t between;
  int32_t low;
  int32_t high;
  for (step = 32u; step != 0u; step /= 2u) { /* bring the leading one to bit 63 */
    if ((value >> (64u - step)) == 0u) {
      value <<= step;
      exponent -= (int32_t)step;
    }
  }
  index = (uint32_t)(value >> 58) & 31u;
  between = (uint32_t)(value >> 46) & 4095u;
  low = (int32_t)log_mel_log2_table[index];
  high = (int32_t)log_mel_log2_table[index + 1u];
  return exponent * (1 << LOG_MEL_LOG2_BITS) + low +
         (int32_t)(((uint32_t)(high - low) * between + 2048u) >> 12);
}

/* The feature of a band of `energy` / 2^(2 * LOG_MEL_INPUT_BITS) squared PCM steps. */
static inline int8_t log_mel_feature(uint64_t energy) {
  const unsigned drop = LOG_MEL_LOG2_BITS - LOG_MEL_STEP_BITS;
  const int32_t floor_log2 =
      (LOG_MEL_FLOOR_LOG2 + 2 * LOG_MEL_INPUT_BITS) * ((int32_t)1 << LOG_MEL_LOG2_BITS);
  int32_t above;
  int32_t steps;
  if (energy == 0u) {
    return -128;
  }
  above = log_mel_log2(energy) - floor_log2;
  if (above <= 0) {
    return -128;
  }
  steps = (int32_t)(((uint32_t)above + (1u << (drop - 1u))) >> drop);
  return (int8_t)(steps > 255 ? 127 : steps - 128);
}

/* One row of 40 features from the `count` (at most 480) samples of a frame that exist; silence
 * follows them. */
static inline void log_mel_partial_frame(const int16_t *pcm, size_t count, int8_t *row) {
  int32_t z[2 * LOG_MEL_HALF_FFT];
  uint64_t falling = 0u; /* energy of the band whose centre lies below */
  unsigned segment;
  log_mel_load(pcm, count, z);
  log_mel_fft(z);
  for (segment = 0u; segment <= LOG_MEL_BANDS; segment++) { /* between two neighbouring centres */
    uint64_t rising = 0u;
    unsigned k;
    for (k = log_mel_first_bin[segment]; k < log_mel_first_bin[segment + 1u]; k++) {
      const uint64_t power = log_mel_power(z, k) >> 8;
      const uint64_t weight = log_mel_rising_weight[k - log_mel_first_bin[0]];
      rising += power * weight;
      falling += power * (256u - weight);
    }
    if (segment > 0u) {
      row[segment - 1u] = log_mel_feature(falling);
    }
    falling = rising;
  }
}

/* One row of 40 features from 480 samples: for streaming, call it every 320 samples. */
static inline void log_mel_frame(const int16_t *pcm, int8_t *row) {
  log_mel_partial_frame(pcm, LOG_MEL_FRAME_SAMPLES, row);
}

/* All 49 x 40 features of one second; a shorter sound is continued with silence, of a longer one
 * the start is used. */
static inline void mf_frontend(const int16_t *pcm, size_t samples, int8_t *out) {
  size_t frame;
  for (frame = 0u; frame < LOG_MEL_FRAMES; frame++) {
    const size_t start = frame * LOG_MEL_HOP_SAMPLES;
    size_t count = samples > start ? samples - start : 0u;
    if (count > LOG_MEL_FRAME_SAMPLES) {
      count = LOG_MEL_FRAME_SAMPLES;
    }
    log_mel_partial_frame(count > 0u ? pcm + start : pcm, count, out + frame * LOG_MEL_BANDS);
  }
}

#endif
