/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The console: USART0, 115200 baud, 8N1. On an Arduino Uno that is the USB port. */
#include <avr/io.h>

#include "board.h"

enum { BAUD_115200_AT_16_MHZ = 16 }; /* at double speed, see the data sheet's table of baud rates */

static void send(char byte) {
  while (!(UCSR0A & (1 << UDRE0))) continue;
  UDR0 = (uint8_t)byte;
}

void mf_board_print(const char *text) {
  UCSR0A = 1 << U2X0;
  UBRR0 = BAUD_115200_AT_16_MHZ;
  UCSR0B = 1 << TXEN0;
  while (*text != 0) send(*text++);
}

/* Sleeps for good: interrupts are off. The simulator ends here, whatever the status. */
void mf_board_exit(int status) {
  if (status != 0) mf_board_print("failed\n");
  while (!(UCSR0A & (1 << UDRE0))) continue;
  SMCR = 1 << SE;
  for (;;) __asm__ volatile("sleep");
}
