/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "marks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int add_layer(mf_marks *marks, uint64_t position, uint64_t address) {
  const size_t bytes = (marks->layer_marks + 1) * sizeof(mf_layer_mark);
  mf_layer_mark *larger = (mf_layer_mark *)realloc(marks->layers, bytes);
  if (larger == NULL) return 0;
  larger[marks->layer_marks].address = address;
  larger[marks->layer_marks].position = position;
  marks->layers = larger;
  marks->layer_marks++;
  if (position >= marks->layer_count) marks->layer_count = position + 1;
  return 1;
}

/* Takes a line; returns 0 where it means nothing. */
static int take(mf_marks *marks, const char *line) {
  uint64_t position, address;
  if (sscanf(line, "run %" SCNx64, &marks->run) == 1) return 1;
  if (sscanf(line, "left %" SCNx64, &marks->left) == 1) return 1;
  if (sscanf(line, "calls %" SCNx64, &marks->calls) == 1) return 1;
  if (sscanf(line, "stack %" SCNx64 " %" SCNx64, &marks->stack_low, &marks->stack_high) == 2)
    return 1;
  if (sscanf(line, "layer %" SCNx64 " %" SCNx64, &position, &address) != 2) return 0;
  return add_layer(marks, position, address);
}

int mf_read_marks(mf_marks *marks, const char *path) {
  char line[128];
  int good = 1;
  FILE *file = fopen(path, "r");
  memset(marks, 0, sizeof *marks);
  marks->calls = 1;
  if (file == NULL) return 0;
  while (good && fgets(line, sizeof line, file) != NULL) good = take(marks, line);
  fclose(file);
  return good;
}

int64_t mf_layer_at(const mf_marks *marks, uint64_t address) {
  int64_t found = -1;
  for (size_t i = 0; i < marks->layer_marks; i++) {
    const int64_t position = (int64_t)marks->layers[i].position;
    if (marks->layers[i].address == address && (found < 0 || position < found)) found = position;
  }
  return found;
}
