# Builds an example's firmware.c for BOARD, and runs it there:
#
#   make BOARD=nrf52840 run
#
# The Makefile of an example names its MODEL (and SOURCES of its own) and includes this file.
BOARD ?= host
OUT   ?= gen/$(BOARD)

BOARDS := $(dir $(lastword $(MAKEFILE_LIST)))
START  := $(BOARDS)../../runtime_c/boards
MFLOWC ?= $(firstword $(wildcard $(BOARDS)../../.venv/bin/mflowc) mflowc)
KNOWN  := $(notdir $(patsubst %/board.mk,%,$(sort $(wildcard $(BOARDS)*/board.mk))))
ifeq ($(filter $(BOARD),$(KNOWN)),)
$(error there is no board '$(BOARD)': BOARD is one of $(KNOWN))
endif

QUIET := -display none -monitor none
# CC, CPU (its flags), BOARD_SOURCES, LINK (how to link), RUN (what runs the program)
include $(BOARDS)$(BOARD)/board.mk

FLAGS := $(CPU) -O2 -ffp-contract=off -ffunction-sections -fdata-sections -Wall -Wextra -Werror

$(OUT)/firmware.elf: firmware.c $(SOURCES) $(BOARDS)print.c $(BOARD_SOURCES) $(OUT)/$(MODEL).c
	$(CC) $(FLAGS) -I$(OUT) -I$(BOARDS) -I$(START)/common -Wl,--gc-sections $(LINK) -o $@ $^ $(LIBRARIES)

$(OUT)/$(MODEL).c: $(MODEL).mflow ../../models/$(MODEL)/$(MODEL).tflite
	$(MFLOWC) build $< --target $(BOARD) --out $(OUT)
	@touch $@

.PHONY: run
run: $(OUT)/firmware.elf
	$(RUN) $<

.DEFAULT_GOAL := $(OUT)/firmware.elf
