/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* detection_f32: the best of many boxes, each with a score for several classes, that overlap too much with no better
   one.

   The results equal the reference's where exp, in double precision, is the same. Where it is not, corners lie
   within 2 units in the last place of them, those of the larger of a box's centre and size. */
#ifndef MF_DETECTION_F32_CONTRACT_H
#define MF_DETECTION_F32_CONTRACT_H

typedef struct {
  int32_t boxes;       /* candidates, 1 or more */
  int32_t box_step;    /* elements from a candidate's encoding to the next, 4 or more */
  int32_t score_step;  /* elements from a candidate's scores to the next, first_class + classes */
  int32_t first_class; /* 0 or 1: scores in front of the classes', of the background */
  int32_t classes;     /* 1 or more */
  int32_t detections;  /* 1 or more: what is found at most */
  int32_t each; /* 1 or more: what is found of a class at most; where not regular, as detections */
  int32_t regular; /* 1: boxes compete within each class; 0: each has one class, all compete */
  int32_t top;     /* 1 to classes: entries of a detection, its best classes */
  int32_t outputs; /* elements of the outputs of classes and scores, detections * top or more */
  float score_threshold;   /* the least score */
  float overlap_threshold; /* 0 to 1: what two boxes may share of their union */
  float scale_y;           /* an encoding's four numbers are divided by these */
  float scale_x;
  float scale_h;
  float scale_w;
  const MF_ROM float *anchors; /* [boxes][4]: y, x, height, width, for encodings to start from */
} mf_detection_f32_params;

/* Writes boxes as (top, left, bottom, right), the best first, the class and the score of each, and how many boxes there are;
   zeros behind them. A box has `top` entries. There are none where a candidate has no area: the reference fails then.
   `scratch` has room for 21 bytes for each candidate and 8 for each detection. */
MF_ENTRY void mf_detection_f32(const float *encodings, const float *scores, float *found_boxes,
                               float *found_classes, float *found_scores, float *found,
                               void *scratch, const MF_ROM mf_detection_f32_params *p);

#endif
