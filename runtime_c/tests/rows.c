/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Spatial kernels compute the same whether they get one output row at a time or all at once. */
#include <stdio.h>

#include "mf_port.h"
#include "mf_kernel.h"

#include "average_pool_f32/contract.h"
#include "average_pool_f32/portable.h"
#include "average_pool_s8/contract.h"
#include "average_pool_s8/portable.h"
#include "conv2d_f32/contract.h"
#include "conv2d_f32/portable.h"
#include "conv2d_s8/contract.h"
#include "conv2d_s8/portable.h"
#include "depthwise_f32/contract.h"
#include "depthwise_f32/portable.h"
#include "depthwise_s8/contract.h"
#include "depthwise_s8/portable.h"
#include "max_pool_f32/contract.h"
#include "max_pool_f32/portable.h"
#include "max_pool_s8/contract.h"
#include "max_pool_s8/portable.h"

enum { IN_H = 7, IN_W = 6, IN_C = 5, OUT_H = 4, OUT_W = 6, OUT_C = 10, TAPS = 3 };
enum { IN = IN_H * IN_W * IN_C, OUT = OUT_H * OUT_W * OUT_C, WEIGHTS = OUT_C * TAPS * TAPS * IN_C };

/* Every window leaves the picture somewhere: 4 rows from row -2 on by steps of 2, 3 taps 2 apart. */
#define PICTURE                                                                               \
  .batches = 1, .in_h = IN_H, .in_w = IN_W, .out_h = OUT_H, .out_w = OUT_W, .kernel_h = TAPS, \
  .kernel_w = TAPS, .stride_h = 2, .stride_w = 1, .pad_top = 2, .pad_left = 1
#define DILATION   .dilation_h = 2, .dilation_w = 1
#define INT8       .in_zero_point = 3, .out_zero_point = -4, .out_min = -100, .out_max = 120
#define FLOAT      .out_min = -1e30f, .out_max = 1e30f
#define CHANNELS   .in_c = IN_C, .out_c = OUT_C
#define TABLES_S8  .weights = weights_s8, .bias = bias_s8, .multiplier = multiplier, .shift = shift
#define TABLES_F32 .weights = weights_f32, .bias = bias_f32

static int8_t in_s8[IN], weights_s8[WEIGHTS], shift[OUT_C];
static float in_f32[IN], weights_f32[WEIGHTS], bias_f32[OUT_C];
static int32_t bias_s8[OUT_C], multiplier[OUT_C];
static int failures;

static int32_t noise(void) {
  static uint32_t state = 1;
  state = state * 1664525u + 1013904223u;
  return (int32_t)(state >> 24) - 128;
}

static void fill(void) {
  for (int i = 0; i < IN; i++) in_f32[i] = (float)(in_s8[i] = (int8_t)noise());
  for (int i = 0; i < WEIGHTS; i++) weights_f32[i] = (float)(weights_s8[i] = (int8_t)noise()) / 3;
  for (int i = 0; i < OUT_C; i++) {
    bias_f32[i] = (float)(bias_s8[i] = noise() * 20);
    multiplier[i] = 1200000000 + noise();
    shift[i] = -8;
  }
}

/* Runs a kernel over the picture, then over all its rows at once, and compares. */
#define CHECK(kernel, type, in, height_step, ...)                                    \
  static void check_##kernel(void) {                                                 \
    const mf_##kernel##_params p = {PICTURE, __VA_ARGS__};                           \
    const type *rows[OUT_H * TAPS];                                                  \
    type whole[OUT], banded[OUT];                                                    \
    memset(whole, 0, sizeof whole);                                                  \
    memset(banded, 0, sizeof banded);                                                \
    mf_##kernel(in, whole, rows, &p);                                                \
    for (int y = 0; y < OUT_H; y++)                                                  \
      for (int k = 0; k < TAPS; k++) {                                               \
        const int row = y * p.stride_h - p.pad_top + k * (height_step);              \
        rows[y * TAPS + k] = row < 0 || row >= IN_H ? NULL : in + row * IN_W * IN_C; \
      }                                                                              \
    mf_##kernel##_rows(rows, banded, OUT_H, &p);                                     \
    if (memcmp(whole, banded, sizeof whole) == 0) return;                            \
    printf(#kernel " differs\n");                                                    \
    failures++;                                                                      \
  }

CHECK(conv2d_s8, int8_t, in_s8, 2, DILATION, INT8, CHANNELS, TABLES_S8, .filter_c = IN_C)
CHECK(conv2d_f32, float, in_f32, 2, DILATION, FLOAT, CHANNELS, TABLES_F32, .filter_c = IN_C)
CHECK(depthwise_s8, int8_t, in_s8, 2, DILATION, INT8, CHANNELS, TABLES_S8, .depth_multiplier = 2)
CHECK(depthwise_f32, float, in_f32, 2, DILATION, FLOAT, CHANNELS, TABLES_F32, .depth_multiplier = 2)
CHECK(average_pool_s8, int8_t, in_s8, 1, .channels = IN_C, .out_min = -100, .out_max = 120)
CHECK(average_pool_f32, float, in_f32, 1, .channels = IN_C, FLOAT)
CHECK(max_pool_s8, int8_t, in_s8, 1, .channels = IN_C, .out_min = -100, .out_max = 120)
CHECK(max_pool_f32, float, in_f32, 1, .channels = IN_C, FLOAT)

int main(void) {
  fill();
  check_conv2d_s8();
  check_conv2d_f32();
  check_depthwise_s8();
  check_depthwise_f32();
  check_average_pool_s8();
  check_average_pool_f32();
  check_max_pool_s8();
  check_max_pool_f32();
  return failures;
}
