/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include <stdio.h>

#include "board.h"

void mf_board_print(const char *text) { fputs(text, stdout); }
