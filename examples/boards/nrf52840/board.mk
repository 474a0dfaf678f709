CPU     := -mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard
MACHINE := mps2-an386
include $(BOARDS)cortex-m.mk
