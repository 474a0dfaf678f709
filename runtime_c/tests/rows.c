/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Runs kernels in all the ways in which a plan calls them: whole, into their own input, by rows, by pieces.
   Reads runs from standard input, as tests/ops/kernels.py writes them, and writes the outputs. Every
   row, piece and table has memory of its own, so that a sanitizer sees what is read beside it. */
#include <stdio.h>
#include <stdlib.h>

#include "mf_port.h"
#include "mf_kernel.h"
#include "mf_dots.h"
#include "mf_layer.h"
#include "mf_wide_dots.h"
#include "mf_window.h"

#include "average_pool_f32/contract.h"
#include "average_pool_f32/portable.h"
#include "average_pool_s16/contract.h"
#include "average_pool_s16/portable.h"
#include "average_pool_s8/contract.h"
#include "average_pool_s8/portable.h"
#include "conv2d_f32/contract.h"
#include "conv2d_f32/portable.h"
#include "conv2d_s16/contract.h"
#include "conv2d_s16/portable.h"
#include "conv2d_s8/contract.h"
#include "conv2d_s8/portable.h"
#include "depthwise_f32/contract.h"
#include "depthwise_f32/portable.h"
#include "depthwise_s16/contract.h"
#include "depthwise_s16/portable.h"
#include "depthwise_s8/contract.h"
#include "depthwise_s8/portable.h"
#include "fully_connected_f32/contract.h"
#include "fully_connected_f32/portable.h"
#include "fully_connected_s8/contract.h"
#include "fully_connected_s8/portable.h"
#include "l2_pool_f32/contract.h"
#include "l2_pool_f32/portable.h"
#include "max_pool_f32/contract.h"
#include "max_pool_f32/portable.h"
#include "max_pool_s16/contract.h"
#include "max_pool_s16/portable.h"
#include "max_pool_s8/contract.h"
#include "max_pool_s8/portable.h"
#include "mean_f32/contract.h"
#include "mean_f32/portable.h"
#include "mean_s16/contract.h"
#include "mean_s16/portable.h"
#include "mean_s8/contract.h"
#include "mean_s8/portable.h"
#include "reduce_max_f32/contract.h"
#include "reduce_max_f32/portable.h"
#include "reduce_max_s8/contract.h"
#include "reduce_max_s8/portable.h"

typedef struct {
  const char *name;
  void (*whole)(const void *in, void *out, void *rows, const void *p);
  void (*rows)(const void *rows, void *out, int32_t n, const void *p);
  void (*begin)(void *sums, const void *p);
  void (*add)(const void *in, int32_t first, int32_t count, void *sums, const void *p);
  void (*end)(const void *sums, void *out, const void *p);
} kernel;

#define SUMS(k)                                                                                  \
  static void k##_begin(void *sums, const void *p) { mf_##k##_begin(sums, p); }                  \
  static void k##_add(const void *in, int32_t first, int32_t count, void *sums, const void *p) { \
    mf_##k##_add(in, first, count, sums, p);                                                     \
  }                                                                                              \
  static void k##_end(const void *sums, void *out, const void *p) { mf_##k##_end(sums, out, p); }

#define VECTORS(k)                                                              \
  SUMS(k)                                                                       \
  static void k##_whole(const void *in, void *out, void *rows, const void *p) { \
    (void)rows;                                                                 \
    mf_##k(in, out, p);                                                         \
  }                                                                             \
  static const kernel k##_kernel = {#k, k##_whole, NULL, k##_begin, k##_add, k##_end};

#define ROWS(k)                                                                 \
  static void k##_whole(const void *in, void *out, void *rows, const void *p) { \
    mf_##k(in, out, rows, p);                                                   \
  }                                                                             \
  static void k##_rows(const void *rows, void *out, int32_t n, const void *p) { \
    mf_##k##_rows(rows, out, n, p);                                             \
  }

#define PICTURES(k) \
  SUMS(k)           \
  ROWS(k)           \
  static const kernel k##_kernel = {#k, k##_whole, k##_rows, k##_begin, k##_add, k##_end};

#define ROWS_ONLY(k) \
  ROWS(k)            \
  static const kernel k##_kernel = {#k, k##_whole, k##_rows, NULL, NULL, NULL};

PICTURES(average_pool_f32)
PICTURES(average_pool_s16)
PICTURES(average_pool_s8)
PICTURES(conv2d_f32)
ROWS_ONLY(conv2d_s16)
PICTURES(conv2d_s8)
PICTURES(depthwise_f32)
ROWS_ONLY(depthwise_s16)
PICTURES(depthwise_s8)
ROWS_ONLY(l2_pool_f32)
PICTURES(max_pool_f32)
PICTURES(max_pool_s16)
PICTURES(max_pool_s8)
VECTORS(fully_connected_f32)
VECTORS(fully_connected_s8)
VECTORS(mean_f32)
VECTORS(mean_s16)
VECTORS(mean_s8)
VECTORS(reduce_max_f32)
VECTORS(reduce_max_s8)

static const kernel *const kernels[] = {
    &average_pool_f32_kernel,   &average_pool_s16_kernel,
    &average_pool_s8_kernel,    &conv2d_f32_kernel,
    &conv2d_s16_kernel,         &conv2d_s8_kernel,
    &depthwise_f32_kernel,      &depthwise_s16_kernel,
    &depthwise_s8_kernel,       &l2_pool_f32_kernel,
    &max_pool_f32_kernel,       &max_pool_s16_kernel,
    &max_pool_s8_kernel,        &fully_connected_f32_kernel,
    &fully_connected_s8_kernel, &mean_f32_kernel,
    &mean_s16_kernel,           &mean_s8_kernel,
    &reduce_max_f32_kernel,     &reduce_max_s8_kernel,
};

static void read_into(void *to, size_t bytes) {
  if (fread(to, 1, bytes, stdin) != bytes) exit(2);
}

static int32_t number(void) {
  int32_t value;
  read_into(&value, sizeof value);
  return value;
}

/* Memory that holds the next bytes; their number precedes them. */
static void *block(void) {
  const size_t bytes = (size_t)number();
  void *made = malloc(bytes);
  read_into(made, bytes);
  return made;
}

static const kernel *find(const char *name) {
  for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
    if (strcmp(kernels[i]->name, name) == 0) return kernels[i];
  exit(3);
}

/* The whole kernel in an arena that holds input and output at their offsets. */
static void run_whole(const kernel *k, void *out, size_t bytes, const void *p) {
  char *arena = malloc((size_t)number());
  char *in = arena + number(), *made = arena + number();
  void *rows = malloc((size_t)number() * sizeof(void *));
  read_into(in, (size_t)number());
  k->whole(in, made, rows, p);
  memcpy(out, made, bytes);
  free(arena);
  free(rows);
}

/* Bands of n output rows each. The indices of the input rows under them follow, -1 where outside. */
static void run_rows(const kernel *k, char *out, const void *p) {
  const int32_t count = number(), taps = number();
  void **picture = malloc((size_t)count * sizeof *picture);
  for (int32_t i = 0; i < count; i++) picture[i] = block();
  for (int32_t bands = number(); bands > 0; bands--) {
    const int32_t n = number(), offset = number();
    void **rows = malloc((size_t)(n * taps) * sizeof *rows);
    for (int32_t i = 0; i < n * taps; i++) {
      const int32_t index = number();
      rows[i] = index < 0 ? NULL : picture[index];
    }
    k->rows(rows, out + offset, n, p);
    free(rows);
  }
  for (int32_t i = 0; i < count; i++) free(picture[i]);
  free(picture);
}

static void run_pieces(const kernel *k, void *out, const void *p) {
  void *sums = malloc((size_t)number() * 4);
  int32_t first = 0;
  k->begin(sums, p);
  for (int32_t pieces = number(); pieces > 0; pieces--) {
    const int32_t count = number();
    void *in = block();
    k->add(in, first, count, sums, p);
    first += count;
    free(in);
  }
  k->end(sums, out, p);
  free(sums);
}

static void run(void) {
  enum { MOST_TABLES = 8 };
  void *tables[MOST_TABLES];
  char *name = block(), *p = block();
  const kernel *k = find(name);
  const int32_t count = number();
  for (int32_t i = 0; i < count; i++) {
    const int32_t offset = number();
    tables[i] = block();
    memcpy(p + offset, &tables[i], sizeof tables[i]);
  }
  const size_t bytes = (size_t)number();
  char *out = malloc(bytes);
  switch (number()) {
    case 0:
      run_whole(k, out, bytes, p);
      break;
    case 1:
      run_rows(k, out, p);
      break;
    default:
      run_pieces(k, out, p);
      break;
  }
  fwrite(out, 1, bytes, stdout);
  for (int32_t i = 0; i < count; i++) free(tables[i]);
  free(out);
  free(p);
  free(name);
}

int main(void) {
  for (int32_t runs = number(); runs > 0; runs--) run();
  return 0;
}
