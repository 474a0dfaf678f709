# gnu11, because constants stay in program memory (__flash).
CC            := avr-gcc
CPU           := -mmcu=atmega328p -std=gnu11
BOARD_SOURCES := $(START)/avr/start.S $(BOARDS)$(BOARD)/uart.c
LINK          := -nostartfiles -L$(BOARDS)$(BOARD) -T$(START)/avr/image.ld
RUN           := simavr -m atmega328p -f 16000000
