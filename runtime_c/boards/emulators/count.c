/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* A plugin for QEMU that counts the instructions of model_run and finds the lowest store to the stack.

     -plugin count.so,marks=FILE,out=FILE

   The guest has no code for it. Every block of straight code reports itself when it begins; a mark
   within a block is known by how many of the block's instructions lie behind it. marks.h describes the
   files. MF_PLUGIN_API is the version of the interface: 1 up to QEMU 8, 2 from QEMU 9 on. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "marks.h"
#include "qemu_plugin.h"

typedef struct block {
  uint64_t start;
  uint64_t last_start; /* of its last instruction */
  uint64_t end;
  uint64_t instructions;
  uint64_t executions; /* in the first run */
  uint64_t jumps;      /* of those, to code elsewhere */
  struct block *next;
} block;

/* An instruction behind a layer. */
typedef struct {
  uint64_t position;
  uint64_t rest; /* instructions of its block from here on */
} layer_end;

int qemu_plugin_version = MF_PLUGIN_API;

static mf_marks marks;
static FILE *out;
static block *blocks, *last;
static uint64_t executed;         /* instructions, those of the running block included */
static uint64_t at_run, at_layer; /* `executed` when the run, the layer began */
static uint64_t taken;            /* instructions of the inference, in the calls before this one */
static uint64_t calls;            /* of model_run that are over */
static uint64_t top, lowest;      /* of the stack: at the call, so far in it */
static uint64_t deepest;          /* bytes of stack in the inference */
static uint64_t last_store;       /* to the stack */
static int running, profiled;     /* now; the first inference is over */
static uint64_t *layer_counts;    /* of this inference, by position */

static void begin_run(uint64_t now) {
  running = 1;
  at_run = at_layer = now;
  top = lowest = last_store;
}

static void end_inference(void) {
  profiled = 1;
  fprintf(out, "run %" PRIu64 " 0 %" PRIu64 "\n", taken, deepest);
  for (uint64_t i = 0; i < marks.layer_count; i++) {
    fprintf(out, "layer %" PRIu64 " 0\n", layer_counts[i]);
    layer_counts[i] = 0;
  }
  taken = deepest = 0;
}

static void end_run(uint64_t now) {
  running = 0;
  taken += now - at_run;
  if (top - lowest > deepest) deepest = top - lowest;
  if (++calls % marks.calls == 0) end_inference();
}

/* Tells whether `next` is not the code behind `b`. QEMU takes the first half of an instruction that crosses
   a page for a part of the one before, so that the end may be too far by that half. */
static int jumped(const block *b, const block *next) {
  return next->start <= b->last_start || next->start > b->end;
}

static void on_block(unsigned int cpu, void *data) {
  block *now = (block *)data;
  (void)cpu;
  if (running && now->start == marks.left) end_run(executed);
  if (now->start == marks.run) begin_run(executed);
  executed += now->instructions;
  if (!running || profiled) return;
  if (last != NULL && jumped(last, now)) last->jumps++;
  now->executions++;
  last = now;
}

static void on_layer_end(unsigned int cpu, void *data) {
  const layer_end *end = (const layer_end *)data;
  const uint64_t now = executed - end->rest;
  (void)cpu;
  if (!running) return;
  layer_counts[end->position] += now - at_layer;
  at_layer = now;
}

static void on_store(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t address, void *data) {
  (void)cpu, (void)info, (void)data;
  if (address < marks.stack_low || address >= marks.stack_high) return;
  last_store = address;
  if (address < lowest) lowest = address;
}

static void watch_layer(struct qemu_plugin_insn *instruction, uint64_t position, uint64_t rest) {
  layer_end *end = (layer_end *)malloc(sizeof *end);
  if (end == NULL) abort();
  end->position = position;
  end->rest = rest;
  qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_layer_end, MF_PLUGIN_NO_REGISTERS, end);
}

static block *add_block(const block *found) {
  block *made = (block *)malloc(sizeof *made);
  if (made == NULL) abort();
  *made = *found;
  made->next = blocks;
  return blocks = made;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *translated) {
  block found = {0};
  found.instructions = qemu_plugin_tb_n_insns(translated);
  (void)id;
  for (size_t i = 0; i < found.instructions; i++) {
    struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(translated, i);
    const uint64_t address = qemu_plugin_insn_vaddr(instruction);
    if (i == 0) found.start = address;
    found.last_start = address;
    found.end = address + qemu_plugin_insn_size(instruction);
    const int64_t layer = mf_layer_at(&marks, address);
    if (layer >= 0) watch_layer(instruction, (uint64_t)layer, found.instructions - i);
    qemu_plugin_register_vcpu_mem_cb(instruction, on_store, MF_PLUGIN_NO_REGISTERS,
                                     MF_PLUGIN_STORES, NULL);
  }
  qemu_plugin_register_vcpu_tb_exec_cb(translated, on_block, MF_PLUGIN_NO_REGISTERS,
                                       add_block(&found));
}

static void on_end(qemu_plugin_id_t id, void *data) {
  (void)id, (void)data;
  for (const block *b = blocks; b != NULL; b = b->next)
    if (b->executions > 0)
      fprintf(out, "block %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", b->start,
              b->instructions, b->executions, b->jumps);
  fclose(out);
}

static int option(const char *argument) {
  if (strncmp(argument, "marks=", 6) == 0) return mf_read_marks(&marks, argument + 6);
  if (strncmp(argument, "out=", 4) == 0) return (out = fopen(argument + 4, "w")) != NULL;
  return 0;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
                        char **argv) {
  (void)info;
  for (int i = 0; i < argc; i++)
    if (!option(argv[i])) return 1;
  layer_counts = (uint64_t *)calloc(marks.layer_marks + 1, sizeof *layer_counts);
  if (out == NULL || layer_counts == NULL) return 1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
  qemu_plugin_register_atexit_cb(id, on_end, NULL);
  return 0;
}
