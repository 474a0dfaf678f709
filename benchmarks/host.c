/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Times a generated model: runs it for the seconds of its argument, at least once, on the input that it reads,
   writes the output, and to the standard error the microseconds of the fastest run. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model.h"

#define BATCH 20e-6 /* seconds that are timed at least, of a small model several runs */

static unsigned char picture[INPUT];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds of one of `runs` runs. The input's memory may be used for something else within each. */
static double taken(int runs) {
  const double begun = now();
  for (int i = 0; i < runs; i++) {
    memcpy(IN(), picture, INPUT);
    if (model_run() != model_OK) exit(1);
  }
  return (now() - begun) / runs;
}

int main(int argc, char **argv) {
  if (argc != 2 || fread(picture, 1, INPUT, stdin) != INPUT) return 2;
  const double end = now() + atof(argv[1]);
  double least = taken(1);
  const int runs = least < BATCH ? (int)(BATCH / least) : 1;
  while (now() < end) {
    const double next = taken(runs);
    if (next < least) least = next;
  }
  fwrite(OUT(), 1, OUTPUT, stdout);
  fprintf(stderr, "%f\n", 1e6 * least);
  return 0;
}
