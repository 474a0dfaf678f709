/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The addresses at which an emulator looks up from its work, as the host writes them to a file:

     run ADDRESS             the first instruction of model_run
     left ADDRESS            the instruction that it returns to
     stack LOW HIGH          the memory of the stack
     calls COUNT             calls of model_run that make an inference, where it takes rows; else 1
     layer POSITION ADDRESS  the instruction behind a layer, or behind a row of it; layers are counted
                             from 0, and may have several addresses

   Numbers are hexadecimal. What is counted is written the same way, decimally:

     run INSTRUCTIONS CYCLES STACK_BYTES    of an inference
     layer INSTRUCTIONS CYCLES    for each layer of it: what ran between another's end and its own
     block ADDRESS INSTRUCTIONS EXECUTIONS JUMPS
                             of the first inference, from QEMU: straight code, how often it ran, and
                             how often what ran next was not the code behind it */
#ifndef MF_MARKS_H
#define MF_MARKS_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint64_t address;
  uint64_t position;
} mf_layer_mark;

typedef struct {
  uint64_t run;
  uint64_t left;
  uint64_t calls;
  uint64_t stack_low;
  uint64_t stack_high;
  mf_layer_mark *layers;
  size_t layer_marks;
  uint64_t layer_count;
} mf_marks;

/* Reads all marks of a file; returns 0 where that fails. */
int mf_read_marks(mf_marks *marks, const char *path);

/* The first layer that ends at `address`, or -1. */
int64_t mf_layer_at(const mf_marks *marks, uint64_t address);

#endif
