# This computer: to try a program before there is a board.
CC            := cc
CPU           := -std=c99
BOARD_SOURCES := $(BOARDS)host/host.c
