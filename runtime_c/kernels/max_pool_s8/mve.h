/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* max_pool_s8 for Arm's MVE: 16 channels side by side. */
/* Needs mf_mve.h. */
#ifndef MF_MAX_POOL_S8_MVE_H
#define MF_MAX_POOL_S8_MVE_H

/* The larger of `max` and the bytes of n pixels of up to 16 channels. */
MF_KERNEL int8x16_t mf_max_pool_s8_over(int8x16_t max, const int8_t *x, int32_t n, int32_t channels,
                                        const MF_ROM mf_max_pool_s8_params *p) {
  if (n <= 0) return max;
  __asm__ volatile(
      "vctp.8 %[channels]; dls lr, %[n]\n"
      "1: vpst; vldrbt.u8 q0, [%[x]]; vmax.s8 %q[max], %q[max], q0; add %[x], %[stride]\n"
      "le lr, 1b\n"
      : [x] "+r"(x), [max] "+w"(max)
      : [n] "r"(n), [stride] "r"(p->channels), [channels] "r"(channels)
      : "lr", "q0", "memory");
  return max;
}

MF_KERNEL void mf_max_pool_s8_store(int8x16_t max, int8_t *out, int32_t channels,
                                    const MF_ROM mf_max_pool_s8_params *p) {
  const int8x16_t made = vminq_s8(vmaxq_s8(max, vdupq_n_s8(p->out_min)), vdupq_n_s8(p->out_max));
  vstrbq_p_s8(out, made, vctp8q((uint32_t)channels));
}

/* Computes the pixel whose window begins at x0. */
MF_KERNEL void mf_max_pool_s8_pixel(const int8_t *const *rows, int32_t x0, int8_t *out,
                                    const MF_ROM mf_max_pool_s8_params *p) {
  const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
  const int32_t first = (x0 + inside.first) * p->channels, columns = inside.end - inside.first;
  for (int32_t c = 0; c < p->channels; c += 16) {
    int8x16_t max = mf_mve_bytes(INT8_MIN);
    for (int32_t k = 0; k < p->kernel_h; k++)
      if (rows[k] != NULL)
        max = mf_max_pool_s8_over(max, rows[k] + first + c, columns, p->channels - c, p);
    mf_max_pool_s8_store(max, out + c, p->channels - c, p);
  }
}

MF_PICTURE_ROWS(max_pool_s8, int8_t, p->channels)

MF_ENTRY void mf_max_pool_s8_raise(const int8_t *row, int8_t *out,
                                   const MF_ROM mf_max_pool_s8_params *p) {
  int32_t x0 = -p->pad_left;
  for (int32_t left = p->out_w; left > 0; left--, x0 += p->stride_w, out += p->channels) {
    const mf_taps inside = mf_taps_inside(x0, p->kernel_w, 1, p->in_w);
    const int8_t *x = row + (x0 + inside.first) * p->channels;
    for (int32_t c = 0; c < p->channels; c += 16) {
      const int8x16_t before = vldrbq_z_s8(out + c, vctp8q((uint32_t)(p->channels - c)));
      mf_max_pool_s8_store(
          mf_max_pool_s8_over(before, x + c, inside.end - inside.first, p->channels - c, p),
          out + c, p->channels - c, p);
    }
  }
}

MF_ENTRY void mf_max_pool_s8_begin(int32_t *sums, const MF_ROM mf_max_pool_s8_params *p) {
  for (int32_t c = 0; c < p->channels; c++) sums[c] = INT8_MIN;
}

MF_ENTRY void mf_max_pool_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                                 const MF_ROM mf_max_pool_s8_params *p) {
  (void)first;
  for (int32_t c = 0; c < p->channels; c += 16) {
    int8_t most[16];
    vst1q_s8(most, mf_max_pool_s8_over(mf_mve_bytes(INT8_MIN), in + c, count / p->channels,
                                       p->channels - c, p));
    for (int32_t i = 0; i < 16 && c + i < p->channels; i++)
      if (most[i] > sums[c + i]) sums[c + i] = most[i];
  }
}

MF_ENTRY void mf_max_pool_s8_end(const int32_t *sums, int8_t *out,
                                 const MF_ROM mf_max_pool_s8_params *p) {
  for (int32_t c = 0; c < p->channels; c++)
    out[c] = (int8_t)mf_clamp(sums[c], p->out_min, p->out_max);
}

#endif
