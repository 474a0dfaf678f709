/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The addresses at which an emulator looks up from its work, as the host writes them to a file:

     run ADDRESS             the first instruction of model_run
     left ADDRESS            the instruction that it returns to
     stack LOW HIGH          the memory of the stack
     layer POSITION ADDRESS  the instruction behind a layer, counted from 0 in the order of execution;
                             it may have several, where the compiler made copies

   Numbers are hexadecimal. What is counted is written the same way, decimally:

     run INSTRUCTIONS CYCLES STACK_BYTES
     layer INSTRUCTIONS CYCLES    for each layer of this run, from the layer before
     block ADDRESS INSTRUCTIONS EXECUTIONS JUMPS
                             of the first run, from QEMU: straight code, how often it ran, and how
                             often what ran next was not the code behind it */
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
  uint64_t stack_low;
  uint64_t stack_high;
  mf_layer_mark *layers;
  size_t layer_marks;
} mf_marks;

/* Reads all marks of a file; returns 0 where that fails. */
int mf_read_marks(mf_marks *marks, const char *path);

/* Tells whether the layer at `position` ends at `address`. */
int mf_layer_ends(const mf_marks *marks, uint64_t position, uint64_t address);

/* Tells whether any layer ends at `address`. */
int mf_any_layer_ends(const mf_marks *marks, uint64_t address);

#endif
