/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_fours.h: four channels of int8 side by side in a word, with Arm's DSP extension. Include mf_acle.h first. */
#ifndef MF_FOURS_H
#define MF_FOURS_H

#define MF_FOUR      4
#define MF_FOURS_RUN 256 /* so many values fit a half when summed */

/* A value four times. */
MF_KERNEL uint32_t mf_four(int32_t value) { return (uint8_t)value * 0x01010101u; }

/* The sums of channels 0 and 2, and of 1 and 3, as halves. */
typedef struct {
  uint32_t even;
  uint32_t odd;
} mf_fours;

/* Adds n pixels, `step` apart. */
MF_KERNEL void mf_fours_add(mf_fours *sums, const int8_t *x, int32_t n, int32_t step) {
  uint32_t even = sums->even, odd = sums->odd;
  for (; n > 0; n--, x += step) {
    const uint32_t four = mf_load32(x);
    even = mf_sxtab16(even, four);
    odd = mf_sxtab16_ror8(odd, four);
  }
  sums->even = even;
  sums->odd = odd;
}

/* Adds them to the four sums at `to`. */
MF_KERNEL void mf_fours_flush(const mf_fours *sums, int32_t *to) {
  to[0] += mf_low(sums->even);
  to[1] += mf_low(sums->odd);
  to[2] += mf_high(sums->even);
  to[3] += mf_high(sums->odd);
}

/* Adds n pixels of `channels` each, which lie at x, to the sums of their channels. */
MF_INNER void mf_fours_pixels(const int8_t *x, int32_t n, int32_t channels, int32_t *sums) {
  for (int32_t run; n > 0; n -= run, x += run * channels) {
    run = n < MF_FOURS_RUN ? n : MF_FOURS_RUN;
    int32_t c = 0;
    for (; c + MF_FOUR <= channels; c += MF_FOUR) {
      mf_fours four = {0, 0};
      mf_fours_add(&four, x + c, run, channels);
      mf_fours_flush(&four, sums + c);
    }
    for (; c < channels; c++)
      for (int32_t i = 0; i < run; i++) sums[c] += x[i * channels + c];
  }
}

#endif
