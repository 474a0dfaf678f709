# The compiler comes without a C library.
CC            := xtensa-lx106-elf-gcc
CPU           := -mlongcalls -mtext-section-literals -std=c99 -ffreestanding -I$(START)/libc
BOARD_SOURCES := $(addprefix $(START)/,xtensa/start.S xtensa/board.c xtensa/arithmetic.c xtensa/floats.c \
                   common/setup.c libc/memory.c)
LINK          := -nostdlib -L$(BOARDS)$(BOARD) -T$(START)/common/image.ld
LIBRARIES     := -lgcc
RUN           := qemu-system-xtensa -M sim -cpu lx106 $(QUIET) -serial stdio -semihosting -kernel
