CPU     := -mcpu=cortex-m3
MACHINE := lm3s6965evb
include $(BOARDS)cortex-m.mk
