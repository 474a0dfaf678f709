# What Cortex-M boards have in common: a board.mk names CPU and QEMU's MACHINE and includes this file.
CC            := arm-none-eabi-gcc
CPU           += -mthumb -std=c99
BOARD_SOURCES := $(addprefix $(START)/,arm/start.S common/setup.c common/semihosting.c)
LINK          := -nostartfiles -L$(BOARDS)$(BOARD) -T$(START)/common/image.ld
LIBRARIES     := -lc -lgcc
RUN           := qemu-system-arm -M $(MACHINE) $(QUIET) -serial null -semihosting -kernel
