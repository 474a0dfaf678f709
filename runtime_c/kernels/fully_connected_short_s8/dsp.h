/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_short_s8 with Arm's DSP extension. */
/* Needs mf_acle.h and mf_column.h. */
#ifndef MF_FULLY_CONNECTED_SHORT_S8_DSP_H
#define MF_FULLY_CONNECTED_SHORT_S8_DSP_H

MF_ENTRY void mf_fully_connected_short_s8(const int8_t *in, int8_t *out,
                                          const MF_ROM mf_fully_connected_short_s8_params *p) {
  mf_column_job job = {in, in + p->in_c, p->centre};
  const MF_ROM uint32_t *stream = p->stream;
  uint32_t few = 0;
  if (p->in_c < 4) {
    for (const int8_t *x = job.end; x != in;) few = few << 8 | (uint8_t) * --x;
    job.x = (const int8_t *)&few;
    job.end = job.x + 4;
  }
  int8_t *end = out + (p->out_c & ~3);
  if (out != end) stream = mf_column_fours(stream, out, end, &job);
  int32_t rest = p->out_c & 3;
  if (rest == 0) return;
  uint32_t last;
  mf_column_fours(stream, (int8_t *)&last, (int8_t *)&last + 4, &job);
  for (; rest > 0; rest--, last >>= 8) *end++ = (int8_t)(uint8_t)last;
}

#endif
