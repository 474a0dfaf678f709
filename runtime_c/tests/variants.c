/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Calls functions of a kernel's variants on memory that tests/kernels/ways.py describes, and sends the memory
   back. On this computer (no MF_POOL) every block of memory is allocated by itself, so that a sanitizer sees
   what is read beside it; on a board all lie in a pool of that many bytes.

   A run is: the variant; the number of blocks, and of each its bytes and what they are, or -1 for the next
   block in program memory; the number of pointers, and of each the block and the place in it, the block and the
   place that it points to; the number of calls, and of each the function, its pointers and its numbers. */
#include "mf_port.h"

#include "variants.h"

enum { MOST_POINTERS = 16, MOST_NUMBERS = 4 };

typedef struct {
  unsigned char *bytes;
  int32_t size; /* -1: in program memory */
} block;

#ifdef MF_POOL
#include "board.h"

static MF_ALIGNED(16) unsigned char pool[MF_POOL];
static size_t used;

static void *allocate(size_t bytes) {
  void *made = pool + used;
  used += (bytes + 15u) & ~(size_t)15u;
  if (used > sizeof pool) mf_board_exit(3);
  return made;
}

static void release(void *made) { (void)made; }

static void fetch(void *to, size_t bytes) {
  if (bytes > 0 && !mf_board_read(to, bytes)) mf_board_exit(2);
}

static void hand_out(const void *from, size_t bytes) {
  if (bytes > 0) mf_board_write(from, bytes);
}

#else
#include <stdio.h>
#include <stdlib.h>

static size_t used;

int mf_board_run(void);
int model_run(void);
int mf_board_run(void) { return model_run(); }

static void *allocate(size_t bytes) { return malloc(bytes); }

static void release(void *made) { free(made); }

static void fetch(void *to, size_t bytes) {
  if (fread(to, 1, bytes, stdin) != bytes) exit(2);
}

static void hand_out(const void *from, size_t bytes) { fwrite(from, 1, bytes, stdout); }

#endif

#ifdef MF_ROM_BLOCKS
extern const MF_ROM uint16_t mf_rom_blocks[];
static const MF_ROM uint16_t *next_rom = mf_rom_blocks;

static void *rom_block(void) { return (void *)(uintptr_t)*next_rom++; }
#else
static void *rom_block(void) { return NULL; }
#endif

/* What is called next. */
static mf_tried *function;
static void *pointers[MOST_POINTERS];
static int32_t numbers[MOST_NUMBERS];

/* The board calls it, and counts what it takes. */
int model_run(void);
int model_run(void) {
  function(pointers, numbers);
  return 0;
}

static int32_t number(void) {
  int32_t value;
  fetch(&value, sizeof value);
  return value;
}

static void fetch_block(block *b) {
  b->size = number();
  if (b->size < 0) {
    b->bytes = rom_block();
    return;
  }
  b->bytes = allocate((size_t)b->size);
  fetch(b->bytes, (size_t)b->size);
}

static void *fetch_address(const block *blocks) {
  const int32_t index = number();
  return blocks[index].bytes + number();
}

static void fetch_pointer(const block *blocks) {
  void *const at = fetch_address(blocks), *to = fetch_address(blocks);
  memcpy(at, &to, sizeof to);
}

static void call(const block *blocks, const mf_variant *variant) {
  function = variant->functions[number()];
  const int32_t count = number();
  for (int32_t i = 0; i < count; i++) pointers[i] = fetch_address(blocks);
  const int32_t others = number();
  for (int32_t i = 0; i < others; i++) numbers[i] = number();
  mf_board_run();
}

static void run(void) {
  const mf_variant *variant = mf_variants[number()];
  const int32_t count = number();
  block *blocks = allocate((size_t)count * sizeof *blocks);
  for (int32_t i = 0; i < count; i++) fetch_block(blocks + i);
  for (int32_t left = number(); left > 0; left--) fetch_pointer(blocks);
  for (int32_t left = number(); left > 0; left--) call(blocks, variant);
  for (int32_t i = 0; i < count; i++) {
    if (blocks[i].size < 0) continue;
    hand_out(blocks[i].bytes, (size_t)blocks[i].size);
    release(blocks[i].bytes);
  }
  release(blocks);
  used = 0;
}

int main(void) {
  for (int32_t runs = number(); runs > 0; runs--) run();
  return 0;
}
