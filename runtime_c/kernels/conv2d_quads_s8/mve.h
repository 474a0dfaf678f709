/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_quads_s8 for MVE: four channels of four pixels at a time, read where they lie where that is possible. */
/* Needs mf_mve.h and mf_quads.h. */
#ifndef MF_CONV2D_QUADS_S8_MVE_H
#define MF_CONV2D_QUADS_S8_MVE_H

/* What the rows of one call have in common. `taps` are the tables of runs; `lines`, unless null, those for windows
   inside the picture, where a row of the window is a run. */
typedef struct {
  const MF_ROM mf_conv2d_quads_s8_params *p;
  mf_quads_job job;
  uint32_t *taps;
  uint32_t *lines;
  int32_t run;    /* bytes of a run */
  int32_t runs;   /* how many there are */
  int8_t *beside; /* zero points for taps outside, interleaved rows, or pixels of the input */
  int8_t *pixels; /* room for four of the output where out_c is no multiple of 4, else null */
} mf_conv2d_quads_s8_call;

/* The windows of pixels that lie inside the rows, their first taps `at` bytes behind their start. */
MF_KERNEL void mf_conv2d_quads_s8_inside(const int8_t *const *rows, uint32x4_t at,
                                         mf_conv2d_quads_s8_call *call) {
  const int32_t count = call->p->kernel_h, bytes = call->p->kernel_w * call->p->in_c;
  uint32_t *entry = call->lines;
  mf_quads_take(entry, count, bytes, &call->job);
  for (int32_t ky = 0; ky < count; ky++) {
    const uint32x4_t x = vaddq_n_u32(at, mf_quads_address(rows[ky]));
    entry = mf_quads_run(entry, x, bytes, &call->job);
  }
}

/* The windows of pixels whose first taps are in the columns `first` of the rows, inside or not. */
MF_INNER void mf_conv2d_quads_s8_near(const int8_t *const *rows, uint32x4_t first,
                                      mf_conv2d_quads_s8_call *call) {
  const MF_ROM mf_conv2d_quads_s8_params *p = call->p;
  const uint32x4_t outside = vdupq_n_u32(mf_quads_address(call->beside));
  const uint32x4_t width = vdupq_n_u32((uint32_t)p->in_w);
  uint32_t *entry = call->taps;
  mf_quads_take(entry, call->runs, call->run, &call->job);
  for (int32_t ky = 0; ky < p->kernel_h; ky++) {
    const uint32_t row = mf_quads_address(rows[ky]);
    uint32x4_t column = first;
    for (int32_t kx = 0; kx < p->kernel_w; kx++) {
      const uint32x4_t x = vmlaq_n_u32(vdupq_n_u32(row), column, (uint32_t)p->in_c);
      const mve_pred16_t in = vcmphiq_u32(width, column);
      const uint32x4_t from = row == 0 ? outside : vpselq_u32(x, outside, in);
      entry = mf_quads_run(entry, from, p->in_c, &call->job);
      column = vaddq_n_u32(column, (uint32_t)p->dilation_w);
    }
  }
}

/* ---- Rows side by side ---- */

/* Writes `n` elements of a row, or as many zero points without one: eight at their `places`, the next eight `on`
   bytes behind. n: 1 or more. */
MF_KERNEL void mf_conv2d_quads_s8_spread(const int8_t *row, int32_t n, int8_t *to,
                                         const uint16_t *places, int32_t on, int32_t zero) {
  if (row == NULL)
    __asm__ volatile(
        "vldrh.u16 q1, [%[places]]; vdup.16 q0, %[zero]; dlstp.16 lr, %[n]\n"
        "1: vstrb.16 q0, [%[to], q1]; add %[to], %[to], %[on]; letp lr, 1b\n"
        : [to] "+r"(to)
        : [n] "r"(n), [on] "r"(on), [places] "r"(places), [zero] "r"(zero)
        : "lr", "q0", "q1", "memory");
  else /* the row in a low register, since its elements are widened */
    __asm__ volatile(
        "vldrh.u16 q1, [%[places]]; dlstp.16 lr, %[n]\n"
        "1: vldrb.u16 q0, [%[row]], #8\n"
        "vstrb.16 q0, [%[to], q1]; add %[to], %[to], %[on]; letp lr, 1b\n"
        : [to] "+r"(to), [row] "+l"(row)
        : [n] "r"(n), [on] "r"(on), [places] "r"(places)
        : "lr", "q0", "q1", "memory");
}

/* Writes zero points, at least `bytes` and at most 15 more. */
MF_KERNEL void mf_conv2d_quads_s8_blank(int8_t *to, int32_t bytes, int8x16_t zero) {
  for (; bytes > 0; bytes -= 16, to += 16) vst1q_s8(to, zero);
}

/* The columns under the windows of a row of the output. */
MF_KERNEL int32_t mf_conv2d_quads_s8_reach(const MF_ROM mf_conv2d_quads_s8_params *p) {
  return (p->out_w - 1) * p->stride_w + mf_conv2d_quads_s8_columns(p);
}

MF_KERNEL int32_t mf_conv2d_quads_s8_least(int32_t a, int32_t b) { return a < b ? a : b; }

/* Lays the rows under a row of the output side by side, with zero points around them. */
MF_KERNEL void mf_conv2d_quads_s8_lay(const int8_t *const *rows,
                                      const mf_conv2d_quads_s8_call *call) {
  const MF_ROM mf_conv2d_quads_s8_params *p = call->p;
  const int32_t height = p->kernel_h, unit = p->in_c * height;
  const int32_t reach = mf_conv2d_quads_s8_reach(p);
  const int32_t before = mf_conv2d_quads_s8_least(p->pad_left, reach);
  const int32_t columns = mf_conv2d_quads_s8_least(p->in_w, reach - before);
  const int8x16_t zero = vdupq_n_s8(p->in_zero_point);
  int8_t *to = call->beside;
  uint16_t places[8];
  vst1q_u16(places, vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)height));
  mf_conv2d_quads_s8_blank(to, before * unit, zero);
  to += before * unit;
  mf_conv2d_quads_s8_blank(to + columns * unit, (reach - before - columns) * unit, zero);
  for (int32_t ky = 0; ky < height && columns > 0; ky++)
    mf_conv2d_quads_s8_spread(rows[ky], columns * p->in_c, to + ky, places, 8 * height,
                              p->in_zero_point);
}

/* ---- Pixels ---- */

/* Numbers of four pixels that are made together, of three the last twice. */
MF_KERNEL uint32x4_t mf_conv2d_quads_s8_lanes(int32_t left) {
  return vminq_u32(vidupq_n_u32(0, 1), vdupq_n_u32(left < 4 ? 2 : 3));
}

/* How many pixels are made together. */
MF_KERNEL int32_t mf_conv2d_quads_s8_made(int32_t left) {
  return left < 3 ? 1 : (left < 4 ? 3 : 4);
}

/* Tells where the pixels `lanes` go, the first to `out`. */
MF_KERNEL void mf_conv2d_quads_s8_aim(int8_t *out, uint32x4_t lanes,
                                      mf_conv2d_quads_s8_call *call) {
  const uint32_t room = ((uint32_t)call->p->out_c + 3) / 4 * 4;
  const uint32_t to = mf_quads_address(call->pixels == NULL ? out : call->pixels) - 4;
  vst1q_u32(call->job.to, vmlaq_n_u32(vdupq_n_u32(to), lanes, room));
}

/* Makes up to `quads` times four pixels, or one to three that are left. Returns how many. */
MF_KERNEL int32_t mf_conv2d_quads_s8_make(int8_t *out, int32_t quads, int32_t left,
                                          mf_conv2d_quads_s8_call *call) {
  const int32_t made = mf_conv2d_quads_s8_made(left), out_c = call->p->out_c;
  const int32_t times = left < 4 || call->pixels != NULL ? 1 : quads;
  call->job.times = times;
  if (left < 3)
    mf_quads_one(&call->job);
  else
    mf_quads_four(&call->job);
  if (call->pixels != NULL)
    for (int32_t i = 0; i < made; i++)
      memcpy(out + i * out_c, call->pixels + i * ((out_c + 3) & ~3), (size_t)out_c);
  return times * made;
}

/* One output row from rows side by side. */
MF_KERNEL void mf_conv2d_quads_s8_interleaved(const int8_t *const *rows, int8_t *out,
                                              mf_conv2d_quads_s8_call *call) {
  const MF_ROM mf_conv2d_quads_s8_params *p = call->p;
  const uint32_t step = (uint32_t)(p->stride_w * p->in_c * p->kernel_h);
  uint32_t x = mf_quads_address(call->beside);
  mf_conv2d_quads_s8_lay(rows, call);
  for (int32_t left = p->out_w, made; left > 0; left -= made) {
    const uint32x4_t lanes = mf_conv2d_quads_s8_lanes(left);
    mf_conv2d_quads_s8_aim(out, lanes, call);
    mf_quads_run(call->taps, vmlaq_n_u32(vdupq_n_u32(x), lanes, step), call->run, &call->job);
    made = mf_conv2d_quads_s8_make(out, left >> 2, left, call);
    x += (uint32_t)made * step, out += made * p->out_c;
  }
}

/* How many quads of windows from column `start` on lie inside the rows, if all rows are there. */
MF_KERNEL int32_t mf_conv2d_quads_s8_count(int32_t start, int32_t left,
                                           const MF_ROM mf_conv2d_quads_s8_params *p) {
  const int32_t last = p->in_w - p->kernel_w;
  int32_t quads;
  if (start < 0 || start > last) return 0;
  quads = ((last - start) / p->stride_w + 1) / 4;
  return quads < left / 4 ? quads : left / 4;
}

/* One output row from the rows themselves. */
MF_KERNEL void mf_conv2d_quads_s8_line(const int8_t *const *rows, int8_t *out,
                                       mf_conv2d_quads_s8_call *call) {
  const MF_ROM mf_conv2d_quads_s8_params *p = call->p;
  int whole = call->lines != NULL;
  for (int32_t ky = 0; ky < p->kernel_h; ky++) whole = whole && rows[ky] != NULL;
  for (int32_t left = p->out_w, start = -p->pad_left, made; left > 0; left -= made) {
    const uint32x4_t lanes = mf_conv2d_quads_s8_lanes(left);
    const uint32x4_t first =
        vmlaq_n_u32(vdupq_n_u32((uint32_t)start), lanes, (uint32_t)p->stride_w);
    const int32_t quads = whole ? mf_conv2d_quads_s8_count(start, left, p) : 0;
    mf_conv2d_quads_s8_aim(out, lanes, call);
    if (quads > 0)
      mf_conv2d_quads_s8_inside(rows, vmulq_n_u32(first, (uint32_t)p->in_c), call);
    else
      mf_conv2d_quads_s8_near(rows, first, call);
    made = mf_conv2d_quads_s8_make(out, quads > 0 ? quads : 1, left, call);
    start += made * p->stride_w, out += made * p->out_c;
  }
}

/* `n` pixels, each made of the one in its place. What is read behind a pixel has weights of 0. */
MF_INNER void mf_conv2d_quads_s8_points(const int8_t *in, int8_t *out, int32_t n,
                                        mf_conv2d_quads_s8_call *call) {
  const int32_t in_c = call->p->in_c, out_c = call->p->out_c;
  const uint32x4_t copy = vdupq_n_u32(mf_quads_address(call->beside));
  call->job.copy = call->beside;
  for (int32_t left = n, made; left > 0; left -= made) {
    const uint32x4_t lanes = mf_conv2d_quads_s8_lanes(left);
    mf_conv2d_quads_s8_aim(out, lanes, call);
    mf_quads_run(call->taps, vmlaq_n_u32(copy, lanes, (uint32_t)in_c), in_c, &call->job);
    call->job.in = in;
    call->job.bytes = in_c * mf_conv2d_quads_s8_made(left);
    made = mf_conv2d_quads_s8_make(out, left >> 2, left, call);
    in += made * in_c, out += made * out_c;
  }
}

/* ---- The kernel ---- */

/* Divides the scratch memory: tables, what is beside them, pixels. */
MF_INNER void mf_conv2d_quads_s8_begin(void *scratch, const MF_ROM mf_conv2d_quads_s8_params *p,
                                       mf_conv2d_quads_s8_call *call) {
  const int32_t steps = mf_conv2d_quads_s8_steps(p), line = p->kernel_w * p->in_c;
  const int32_t unit = p->interleave ? p->in_c * p->kernel_h : p->in_c;
  mf_quads_job *job = &call->job;
  int32_t beside = p->in_c;
  uint32_t *end = scratch;
  call->p = p;
  call->taps = end;
  call->run = mf_conv2d_quads_s8_bytes(p);
  call->runs = p->interleave ? 1 : p->kernel_h * p->kernel_w;
  call->lines = NULL;
  mf_quads_take(end, call->runs, call->run, job);
  end += mf_quads_words(call->runs, call->run);
  if (p->plain) {
    beside = 4 * p->in_c + (p->in_c % 16 == 0 ? 0 : 16);
  } else if (p->interleave) {
    beside = ((mf_conv2d_quads_s8_reach(p) * unit + 15) & ~15) + 16;
  } else if (p->dilation_w == 1) {
    call->lines = end;
    end += mf_quads_words(p->kernel_h, line);
  }
  call->beside = (int8_t *)end;
  if (!p->plain && !p->interleave) memset(end, p->in_zero_point, (size_t)beside);
  call->pixels = p->out_c % 4 == 0 ? NULL : call->beside + beside;
  job->end = p->stream + ((p->out_c + 3) >> 2) * (16 * steps + 12);
  job->relu = p->out_zero_point == -128;
  job->zero_point = p->out_zero_point;
  job->self = mf_quads_address(job);
  job->stream = p->stream;
  if (p->plain) job->entries = 0; /* pixels are copied to one place */
  job->across = 4 * p->stride_w * unit;
  job->on = 3 * p->out_c;
  job->pair = 32 * steps;
  job->in = NULL;
}

/* One output row of windows. */
MF_INNER void mf_conv2d_quads_s8_next(const int8_t *const *rows, int8_t *out,
                                      mf_conv2d_quads_s8_call *call) {
  if (call->p->interleave)
    mf_conv2d_quads_s8_interleaved(rows, out, call);
  else
    mf_conv2d_quads_s8_line(rows, out, call);
}

MF_ENTRY void mf_conv2d_quads_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                      void *scratch, const MF_ROM mf_conv2d_quads_s8_params *p) {
  mf_conv2d_quads_s8_call call;
  mf_conv2d_quads_s8_begin(scratch, p, &call);
  for (; n > 0; n--, rows += p->kernel_h, out += p->out_w * p->out_c)
    if (p->plain)
      mf_conv2d_quads_s8_points(*rows, out, p->out_w, &call);
    else
      mf_conv2d_quads_s8_next(rows, out, &call);
}

MF_ENTRY void mf_conv2d_quads_s8(const int8_t *in, int8_t *out, const int8_t **rows, void *scratch,
                                 const MF_ROM mf_conv2d_quads_s8_params *p) {
  const int32_t in_row = p->in_w * p->in_c, out_row = p->out_w * p->out_c;
  mf_conv2d_quads_s8_call call;
  mf_conv2d_quads_s8_begin(scratch, p, &call);
  if (p->plain) {
    mf_conv2d_quads_s8_points(in, out, p->batches * p->out_h * p->out_w, &call);
    return;
  }
  for (int32_t b = 0; b < p->batches; b++, in += p->in_h * in_row)
    for (int32_t y = 0; y < p->out_h; y++, out += out_row) {
      mf_point_rows_s8(rows, in, in_row, p->in_h, p->kernel_h, y * p->stride_h - p->pad_top,
                       p->dilation_h);
      mf_conv2d_quads_s8_next((const int8_t *const *)rows, out, &call);
    }
}

#endif
