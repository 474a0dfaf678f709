/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* frames in plain C. */
#ifndef MF_FRAMES_PORTABLE_H
#define MF_FRAMES_PORTABLE_H

/* Drops the oldest of what is kept and puts a step behind it. */
MF_KERNEL void mf_frames_keep(uint8_t *kept, const uint8_t *step, size_t kept_bytes,
                              size_t step_bytes) {
  if (step_bytes >= kept_bytes) {
    memcpy(kept, step + step_bytes - kept_bytes, kept_bytes);
  } else {
    memmove(kept, kept + step_bytes, kept_bytes - step_bytes);
    memcpy(kept + kept_bytes - step_bytes, step, step_bytes);
  }
}

MF_ENTRY void mf_frames(const void *in, void *kept, void *out, const MF_ROM mf_frames_params *p) {
  const uint8_t *step = (const uint8_t *)in;
  uint8_t *to = (uint8_t *)out, *old = (uint8_t *)kept;
  const size_t begin = (size_t)(p->kept_bytes < p->out_bytes ? p->kept_bytes : p->out_bytes);
  for (int32_t s = 0; s < p->signals; s++, old += p->kept_bytes)
    for (int32_t f = 0; f < p->count; f++, step += p->step_bytes, to += p->out_bytes) {
      memcpy(to, old, begin);
      memcpy(to + begin, step, (size_t)p->out_bytes - begin);
      mf_frames_keep(old, step, (size_t)p->kept_bytes, (size_t)p->step_bytes);
    }
}

#endif
