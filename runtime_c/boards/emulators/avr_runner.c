/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Runs an AVR image in libsimavr, instruction by instruction, and counts the cycles of model_run.

     avr_runner CHIP IMAGE MARKS IN OUT COUNTS

   The image reads IN and writes OUT through three registers, see boards/avr/board.c. marks.h describes
   MARKS and COUNTS. Exits with the image's exit code; 70: the processor crashed; 71: the stack grew
   into the variables; 64: the arguments are wrong. */
#include <inttypes.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <simavr/sim_io.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "marks.h"

enum { EXIT_PORT = 0x3E, DATA_PORT = 0x4A, READY_PORT = 0x4B };
enum { BAD_ARGUMENTS = 64, CRASHED = 70, STACK_OVERFLOW = 71 };

typedef struct {
  uint64_t instructions;
  uint64_t cycles;
} counts;

static mf_marks marks;
static FILE *in, *out, *report;
static int status = -1; /* the image's exit code, once it has one */

static counts now, at_run, at_layer;
static counts *layer_counts; /* of this inference, by position */
static counts taken;         /* in the inference, by the calls before this one */
static uint64_t calls;       /* of model_run that are over */
static uint32_t deepest;     /* bytes of stack in the inference */
static uint32_t top, lowest; /* stack pointer: before the call, the lowest since */
static uint32_t last_sp;
static int half_looks; /* that find half of the stack pointer still */
static int running;

static uint8_t on_read(struct avr_t *avr, avr_io_addr_t port, void *data) {
  const int next = getc(in);
  (void)avr, (void)data;
  if (port == READY_PORT && next != EOF) ungetc(next, in);
  return port == READY_PORT ? next != EOF : (uint8_t)next;
}

static void on_write(struct avr_t *avr, avr_io_addr_t port, uint8_t value, void *data) {
  (void)avr, (void)data;
  if (port == DATA_PORT) putc(value, out);
  if (port == EXIT_PORT) status = value;
}

static void on_log(avr_t *avr, const int level, const char *format, va_list values) {
  (void)avr;
  if (level <= LOG_ERROR) vfprintf(stderr, format, values);
}

static uint32_t stack_pointer(const avr_t *avr) {
  return (uint32_t)(avr->data[R_SPL] | avr->data[R_SPH] << 8);
}

static counts since(counts then) {
  return (counts){now.instructions - then.instructions, now.cycles - then.cycles};
}

/* The call has pushed two bytes of return address, which belong to the run. */
static void begin_run(uint32_t sp) {
  running = 1;
  at_run = at_layer = now;
  top = sp + 2;
  lowest = sp;
}

static void add(counts *sum, counts more) {
  sum->instructions += more.instructions;
  sum->cycles += more.cycles;
}

static void end_inference(void) {
  fprintf(report, "run %" PRIu64 " %" PRIu64 " %" PRIu32 "\n", taken.instructions, taken.cycles,
          deepest);
  for (uint64_t i = 0; i < marks.layer_count; i++) {
    fprintf(report, "layer %" PRIu64 " %" PRIu64 "\n", layer_counts[i].instructions,
            layer_counts[i].cycles);
    layer_counts[i] = (counts){0, 0};
  }
  taken = (counts){0, 0};
  deepest = 0;
}

static void end_run(void) {
  running = 0;
  add(&taken, since(at_run));
  if (top - lowest > deepest) deepest = top - lowest;
  if (++calls % marks.calls == 0) end_inference();
}

/* A frame is made by two writes, to the high byte and then to the low one, with an instruction between
   them. Tells whether the first has been made and not the second: what stands in the register then is no
   address. A push or a return changes the low byte, too. */
static int half_written(uint32_t sp) {
  if (sp != last_sp && (sp & 0xFF) == (last_sp & 0xFF)) half_looks = 2;
  last_sp = sp;
  return half_looks > 0 && half_looks-- > 0;
}

/* Looks at the processor between two instructions. The stack pointer is that of the next free byte. */
static void look(const avr_t *avr) {
  const uint32_t sp = stack_pointer(avr);
  now.cycles = avr->cycle;
  if (half_written(sp)) return;
  if (!running && avr->pc == marks.run) begin_run(sp);
  if (!running) return;
  if (sp + 1 < marks.stack_low || sp > marks.stack_high) status = STACK_OVERFLOW;
  if (sp < lowest) lowest = sp;
  const int64_t layer = mf_layer_at(&marks, avr->pc);
  if (layer >= 0) {
    add(&layer_counts[layer], since(at_layer));
    at_layer = now;
  }
  if (sp == top) end_run();
}

static int simulate(avr_t *avr) {
  while (status < 0) {
    look(avr);
    if (status >= 0) break;
    avr->run_cycle_limit = 1; /* one instruction a call */
    const int state = avr_run(avr);
    if (state == cpu_Crashed) return CRASHED;
    if (state == cpu_Done) return CRASHED;
    now.instructions++;
  }
  return status;
}

static avr_t *load(const char *chip, const char *image) {
  elf_firmware_t firmware;
  memset(&firmware, 0, sizeof firmware);
  avr_global_logger_set(on_log);
  avr_t *avr = avr_make_mcu_by_name(chip);
  if (avr == NULL || elf_read_firmware(image, &firmware) != 0) return NULL;
  avr_init(avr);
  avr_load_firmware(avr, &firmware);
  avr_register_io_read(avr, DATA_PORT, on_read, NULL);
  avr_register_io_read(avr, READY_PORT, on_read, NULL);
  avr_register_io_write(avr, DATA_PORT, on_write, NULL);
  avr_register_io_write(avr, EXIT_PORT, on_write, NULL);
  return avr;
}

int main(int argc, char **argv) {
  if (argc != 7 || !mf_read_marks(&marks, argv[3])) return BAD_ARGUMENTS;
  marks.stack_low &= 0xFFFF; /* the linker puts data memory at 0x800000 */
  marks.stack_high &= 0xFFFF;
  avr_t *avr = load(argv[1], argv[2]);
  in = fopen(argv[4], "rb");
  out = fopen(argv[5], "wb");
  report = fopen(argv[6], "w");
  layer_counts = (counts *)calloc(marks.layer_marks + 1, sizeof *layer_counts);
  if (avr == NULL || in == NULL || out == NULL || report == NULL || layer_counts == NULL)
    return BAD_ARGUMENTS;
  const int code = simulate(avr);
  fclose(report);
  fclose(out);
  return code;
}
