/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Prints the sines of the eighths of a turn, without floating point: real values are counted in
   millionths, and the tensors' scales are constants that the compiler works out. */
#include "print.h"
#include "sine.h"

#define EIGHTH_OF_A_TURN 785398 /* millionths of a radian */

/* The int8 that stands for `angle`, in millionths of a radian. */
static int8_t quantised(int32_t angle) {
  const int32_t step = MILLIONTHS(sine_ANGLE_SCALE);
  const int32_t value = (angle + step / 2) / step + sine_ANGLE_ZERO_POINT;
  return (int8_t)(value < INT8_MAX ? value : INT8_MAX);
}

int main(void) {
  for (int32_t i = 0; i < 8; i++) {
    const int32_t angle = i * EIGHTH_OF_A_TURN;
    *sine_input_angle() = quantised(angle);
    if (sine_run() != sine_OK) return 1;
    const int32_t steps = *sine_output_sine() - sine_SINE_ZERO_POINT;

    print_text("sine(");
    print_millionths(angle);
    print_text(") = ");
    print_millionths(steps * MILLIONTHS(sine_SINE_SCALE));
    print_text("\n");
  }
  return 0;
}
