/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* detection_f32 in plain C. */
#ifndef MF_DETECTION_F32_PORTABLE_H
#define MF_DETECTION_F32_PORTABLE_H

#include <math.h>

/* What the scratch memory holds: corners of all candidates, their scores in a class and whether they still compete; and
   of each detection so far, its box and class as one number, and its score. */
typedef struct {
  float *corners;
  float *scores;
  int32_t *picks;
  float *best;
  uint8_t *active;
  int32_t size;
} mf_detection_f32_work;

/* Half an extent: half of the anchor's, times e to the power of the encoded number. */
MF_KERNEL float mf_detection_f32_half(float encoded, float scale, float anchor) {
  return (float)(0.5 * exp((double)encoded / (double)scale) * (double)anchor);
}

MF_KERNEL float mf_detection_f32_centre(float encoded, float scale, float extent, float anchor) {
  return (float)((double)encoded / (double)scale * (double)extent + (double)anchor);
}

/* The corners of all candidates. Tells whether each has an area. */
MF_KERNEL int mf_detection_f32_decode(const float *in, float *corners,
                                      const MF_ROM mf_detection_f32_params *p) {
  const MF_ROM float *anchor = p->anchors;
  int valid = 1;
  for (int32_t i = 0; i < p->boxes; i++, in += p->box_step, anchor += 4, corners += 4) {
    const float y = mf_detection_f32_centre(in[0], p->scale_y, anchor[2], anchor[0]);
    const float x = mf_detection_f32_centre(in[1], p->scale_x, anchor[3], anchor[1]);
    const float h = mf_detection_f32_half(in[2], p->scale_h, anchor[2]);
    const float w = mf_detection_f32_half(in[3], p->scale_w, anchor[3]);
    corners[0] = y - h, corners[1] = x - w, corners[2] = y + h, corners[3] = x + w;
    if (corners[0] >= corners[2] || corners[1] >= corners[3]) valid = 0;
  }
  return valid;
}

MF_KERNEL float mf_detection_f32_area(const float *a) { return (a[2] - a[0]) * (a[3] - a[1]); }

/* What two intervals have in common. */
MF_KERNEL float mf_detection_f32_common(float low, float high, float other_low, float other_high) {
  const float extent =
      (other_high < high ? other_high : high) - (low < other_low ? other_low : low);
  return extent < 0.0f ? 0.0f : extent;
}

/* The share of the union of two boxes that they have in common. */
MF_KERNEL float mf_detection_f32_overlap(const float *a, const float *b) {
  const float area = mf_detection_f32_area(a), other = mf_detection_f32_area(b);
  if (area <= 0.0f || other <= 0.0f) return 0.0f;
  const float common = mf_detection_f32_common(a[0], a[2], b[0], b[2]) *
                       mf_detection_f32_common(a[1], a[3], b[1], b[3]);
  return common / (area + other - common);
}

/* The best candidate that still competes, the first of equals; -1 where none does. */
MF_KERNEL int32_t mf_detection_f32_best(const mf_detection_f32_work *work, int32_t boxes) {
  int32_t best = -1;
  for (int32_t i = 0; i < boxes; i++)
    if (work->active[i] && (best < 0 || work->scores[i] > work->scores[best])) best = i;
  return best;
}

/* Puts a detection behind those that are as good or better; the last one goes where there is no room. */
MF_KERNEL void mf_detection_f32_insert(mf_detection_f32_work *work, int32_t pick, float score,
                                       int32_t room) {
  int32_t at = work->size < room ? work->size++ : room;
  for (; at > 0 && work->best[at - 1] < score; at--) {
    if (at == room) continue;
    work->best[at] = work->best[at - 1];
    work->picks[at] = work->picks[at - 1];
  }
  if (at == room) return;
  work->best[at] = score;
  work->picks[at] = pick;
}

/* Whether a candidate's class c comes behind the class `last`; all come behind -1. */
MF_KERNEL int mf_detection_f32_behind(const float *scores, int32_t c, int32_t last) {
  return last < 0 || scores[c] < scores[last] || (scores[c] == scores[last] && c > last);
}

/* The best class of a candidate behind `last`, the first of equals; `last` where there is none. */
MF_KERNEL int32_t mf_detection_f32_class(const float *scores, int32_t classes, int32_t last) {
  int32_t best = -1;
  for (int32_t c = 0; c < classes; c++)
    if (mf_detection_f32_behind(scores, c, last) && (best < 0 || scores[c] > scores[best]))
      best = c;
  return best < 0 ? last : best;
}

/* Takes the best candidates one by one, and those out of the competition that overlap too much with one. All are of
   class `label`, or each of its own where that is negative. */
MF_INNER void mf_detection_f32_compete(mf_detection_f32_work *work, const float *scores,
                                       int32_t label, const MF_ROM mf_detection_f32_params *p) {
  for (int32_t i = 0; i < p->boxes; i++) {
    const float *const own = scores + (ptrdiff_t)i * p->score_step;
    work->scores[i] = own[label < 0 ? mf_detection_f32_class(own, p->classes, -1) : label];
    work->active[i] = work->scores[i] >= p->score_threshold;
  }
  for (int32_t n = 0; n < p->each; n++) {
    const int32_t best = mf_detection_f32_best(work, p->boxes);
    if (best < 0) return;
    const float *const box = work->corners + 4 * (ptrdiff_t)best;
    const float *const own = scores + (ptrdiff_t)best * p->score_step;
    const int32_t found = label < 0 ? mf_detection_f32_class(own, p->classes, -1) : label;
    work->active[best] = 0;
    mf_detection_f32_insert(work, best * p->classes + found, work->scores[best], p->detections);
    for (int32_t i = 0; i < p->boxes; i++)
      if (work->active[i])
        work->active[i] = !(mf_detection_f32_overlap(box, work->corners + 4 * (ptrdiff_t)i) >
                            p->overlap_threshold);
  }
}

/* Writes a detection with its best classes. */
MF_KERNEL void mf_detection_f32_write(const mf_detection_f32_work *work, int32_t pick,
                                      const float *scores, float *found_boxes, float *found_classes,
                                      float *found_scores,
                                      const MF_ROM mf_detection_f32_params *p) {
  const int32_t box = pick / p->classes;
  const float *const own = scores + (ptrdiff_t)box * p->score_step;
  int32_t found = pick % p->classes;
  for (int32_t i = 0; i < p->top; i++) {
    memcpy(found_boxes + 4 * (ptrdiff_t)i, work->corners + 4 * (ptrdiff_t)box, 4 * sizeof(float));
    found_classes[i] = (float)found;
    found_scores[i] = own[found];
    found = mf_detection_f32_class(own, p->classes, found);
  }
}

MF_ENTRY void mf_detection_f32(const float *encodings, const float *scores, float *found_boxes,
                               float *found_classes, float *found_scores, float *found,
                               void *scratch, const MF_ROM mf_detection_f32_params *p) {
  float *const corners = (float *)scratch, *const own = corners + 4 * (ptrdiff_t)p->boxes;
  float *const best = own + p->boxes;
  int32_t *const picks = (int32_t *)(void *)(best + p->detections);
  uint8_t *const active = (uint8_t *)(picks + p->detections);
  mf_detection_f32_work work = {corners, own, picks, best, active, 0};
  const float *const first = scores + p->first_class;
  const int valid = mf_detection_f32_decode(encodings, corners, p);
  if (valid && !p->regular) mf_detection_f32_compete(&work, first, -1, p);
  for (int32_t c = 0; valid && p->regular && c < p->classes; c++)
    mf_detection_f32_compete(&work, first, c, p);
  memset(found_boxes, 0, (size_t)p->outputs * 4 * sizeof(float));
  memset(found_classes, 0, (size_t)p->outputs * sizeof(float));
  memset(found_scores, 0, (size_t)p->outputs * sizeof(float));
  for (int32_t n = 0; n < work.size; n++, found_boxes += 4 * (ptrdiff_t)p->top) {
    const ptrdiff_t at = (ptrdiff_t)(n * p->top);
    mf_detection_f32_write(&work, work.picks[n], first, found_boxes, found_classes + at,
                           found_scores + at, p);
  }
  *found = (float)work.size;
}

#endif
