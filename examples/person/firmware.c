/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Says of two pictures whether a person is in them. */
#include "person.h"
#include "pictures.h"
#include "print.h"

#define COUNT(array) ((int32_t)(sizeof(array) / sizeof *(array)))

static int look(const char *name, const ellipse *ellipses, int32_t count) {
  draw(ellipses, count, person_input_image());
  if (person_run() != person_OK) return 1;
  const int8_t *scores = person_output_scores();
  const int label = person_decode_scores(scores);

  print_text(name);
  print_text(": ");
  print_text(person_scores_labels[label]);
  print_text(", ");
  print_millionths((scores[label] - person_SCORES_ZERO_POINT) * MILLIONTHS(person_SCORES_SCALE));
  print_text("\n");
  return 0;
}

int main(void) {
  return look("a face", person_picture, COUNT(person_picture)) ||
         look("a car", car_picture, COUNT(car_picture));
}
