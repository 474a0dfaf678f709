CPU     := -mcpu=cortex-m7 -mfpu=fpv5-d16 -mfloat-abi=hard
MACHINE := mps2-an500
include $(BOARDS)cortex-m.mk
