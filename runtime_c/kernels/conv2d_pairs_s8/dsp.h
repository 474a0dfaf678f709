/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* conv2d_pairs_s8 with Arm's DSP extension: windows are staged in scratch memory, three at a time, two where a row
   ends, and multiplied with all pairs of filters. */
#ifndef MF_CONV2D_PAIRS_S8_DSP_H
#define MF_CONV2D_PAIRS_S8_DSP_H

/* A line of pixels and the rows that are under them. */
typedef struct {
  const int8_t *const *rows;
  int32_t bytes;            /* of a row */
  uint32_t *staged;         /* room for three windows */
  int8_t *patch;            /* room for a row under three windows */
  mf_pairs_windows windows; /* as they are staged */
} mf_conv2d_pairs_s8_line;

/* Copies bytes; the last word of several overlaps the one before it. */
MF_KERNEL void mf_conv2d_pairs_s8_copy(int8_t *to, const int8_t *from, int32_t count) {
  if (count < 4) {
    for (; count > 0; count--) *to++ = *from++;
    return;
  }
  for (; count > 4; count -= 4, to += 4, from += 4) mf_store32(to, mf_load32(from));
  mf_store32(to + count - 4, mf_load32(from + count - 4));
}

/* Stages n windows, 2 or 3. */
MF_KERNEL uint32_t *mf_conv2d_pairs_s8_stage(const int8_t *const *rows, int32_t offset,
                                             uint32_t *to, const mf_pairs_windows *w, int32_t n) {
  return n == 3 ? mf_pairs_stage3(rows, offset, to, w) : mf_pairs_stage2(rows, offset, to, w);
}

/* Multiplies n staged windows, 2 or 3, with pairs of filters. */
MF_KERNEL const uint32_t *mf_conv2d_pairs_s8_tile(const uint32_t *weights, int8_t *out,
                                                  const mf_pairs_job *job, int32_t n) {
  return n == 3 ? mf_pairs_tile3(weights, out, job) : mf_pairs_tile2(weights, out, job);
}

/* Stages n windows of which some are partly outside the picture, row by row: `span` bytes of each from byte `from`. */
MF_INNER void mf_conv2d_pairs_s8_border(const mf_conv2d_pairs_s8_line *line, int32_t from,
                                        int32_t span, int32_t n) {
  const int32_t first = from < 0 ? -from : 0, rest = line->bytes - from;
  const int32_t inside = (rest < span ? rest : span) - first;
  const uint32_t zero_points = (line->windows.none & 0x00ff00ffu) * 0x101u;
  mf_pairs_windows one = line->windows;
  uint32_t *to = line->staged;
  one.rows = 1;
  for (int32_t i = 0; i < span; i += 4) mf_store32(line->patch + i, zero_points);
  for (int32_t y = 0; y < line->windows.rows; y++) {
    const int8_t *row = line->rows[y];
    if (row != NULL) {
      mf_conv2d_pairs_s8_copy(line->patch + first, row + from + first, inside);
      row = line->patch;
    }
    to = mf_conv2d_pairs_s8_stage(&row, 0, to, &one, n);
  }
}

/* Computes `pixels` pixels of a line over rows of `bytes` bytes, in p->order: by threes, then by twos. One alone is
   computed twice. */
MF_INNER void mf_conv2d_pairs_s8_pixels(const int8_t *const *rows, int32_t bytes, int8_t *out,
                                        int32_t pixels, void *scratch,
                                        const MF_ROM mf_conv2d_pairs_s8_params *p) {
  const int32_t depth = p->kernel_h * p->run, step = pixels == 1 ? 0 : p->stride_w * p->in_c;
  const int32_t pairs = pixels == 1 ? 1 : 2 * pixels % 3, before = p->pad_left * p->in_c;
  const uint32_t none = (uint32_t)p->in_zero_point & 0xffffu;
  const mf_conv2d_pairs_s8_line line = {rows,
                                        bytes,
                                        (uint32_t *)scratch,
                                        (int8_t *)scratch + 6 * depth,
                                        {step, p->run >> 2, p->kernel_h, none | none << 16}};
  const mf_pairs_job job = {pixels == 1 ? 0 : p->out_c, 2 * p->out_zero_point + 1, line.staged,
                            depth >> 2};
  int32_t at = p->order > 0 ? 0 : pixels - 3, left = (pixels - 2 * pairs) / 3;
  for (int32_t n = 3; n > 1; n--) {
    const int32_t span = (n - 1) * step + p->run, end = bytes - span;
    for (; left > 0; left--, at += p->order * n) {
      const int32_t from = at * step - before;
      int8_t *const to = out + at * job.step;
      if (from >= 0 && from <= end)
        mf_conv2d_pairs_s8_stage(rows, from, line.staged, &line.windows, n);
      else
        mf_conv2d_pairs_s8_border(&line, from, span, n);
      const uint32_t *const rest = mf_conv2d_pairs_s8_tile(p->weights, to, &job, n);
      if (p->out_c % 2 != 0) mf_conv2d_pairs_s8_tile(rest, to + p->out_c - 2, &job, n);
    }
    left = pairs;
    if (p->order < 0) at++;
  }
}

MF_ENTRY void mf_conv2d_pairs_s8_rows(const int8_t *const *rows, int8_t *out, int32_t n,
                                      void *scratch, const MF_ROM mf_conv2d_pairs_s8_params *p) {
  for (int32_t y = mf_first(n, p->order); mf_within(y, n); y += p->order)
    mf_conv2d_pairs_s8_pixels(rows + y * p->kernel_h, p->in_w * p->in_c,
                              out + y * p->out_w * p->out_c, p->out_w, scratch, p);
}

/* Where every pixel is under a window of its own alone, all are one line. */
MF_ENTRY void mf_conv2d_pairs_s8(const int8_t *in, int8_t *out, const int8_t **rows, void *scratch,
                                 const MF_ROM mf_conv2d_pairs_s8_params *p) {
  const int32_t in_row = p->in_w * p->in_c, out_row = p->out_w * p->out_c;
  const int32_t pixels = p->batches * p->in_h * p->in_w;
  if (p->kernel_h * p->kernel_w * p->stride_h * p->stride_w == 1 &&
      pixels == p->batches * p->out_h * p->out_w) {
    mf_conv2d_pairs_s8_pixels(&in, pixels * p->in_c, out, pixels, scratch, p);
    return;
  }
  for (int32_t b = mf_first(p->batches, p->order); mf_within(b, p->batches); b += p->order) {
    for (int32_t y = mf_first(p->out_h, p->order); mf_within(y, p->out_h); y += p->order) {
      mf_point_rows_s8(rows, in + (ptrdiff_t)b * p->in_h * in_row, in_row, p->in_h, p->kernel_h,
                       y * p->stride_h - p->pad_top, p->dilation_h);
      mf_conv2d_pairs_s8_rows(rows, out + ((ptrdiff_t)b * p->out_h + y) * out_row, 1, scratch, p);
    }
  }
}

#endif
