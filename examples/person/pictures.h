/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* pictures.h: two pictures of 96 x 96 grey levels, drawn with ellipses in place of a camera. */
#ifndef PICTURES_H
#define PICTURES_H

#include <stdint.h>

#define PICTURE_SIDE 96
#define PAPER        200 /* grey level of the background */
#define MID_GREY     128 /* the grey level that the model's 0 stands for */

typedef struct {
  int8_t x, y; /* centre */
  int8_t half_width, half_height;
  uint8_t grey;
} ellipse;

/* Shoulders, neck, hair, face, ears, eyes, mouth. */
static const ellipse person_picture[] = {
    {48, 98, 38, 30, 90}, {48, 70, 10, 14, 170}, {48, 34, 27, 29, 40}, {48, 40, 21, 25, 180},
    {25, 42, 4, 6, 180},  {71, 42, 4, 6, 180},   {40, 38, 3, 4, 20},   {56, 38, 3, 4, 20},
    {48, 56, 8, 3, 100},  {48, 52, 8, 2, 180}};

/* A car: body, roof, window, wheels. */
static const ellipse car_picture[] = {
    {48, 55, 40, 14, 60}, {48, 42, 24, 14, 60}, {48, 42, 18, 9, 190}, {25, 68, 9, 9, 20},
    {71, 68, 9, 9, 20},   {25, 68, 4, 4, 200},  {71, 68, 4, 4, 200}};

static void draw_ellipse(const ellipse *e, int8_t *image) {
  for (int32_t y = 0; y < PICTURE_SIDE; y++)
    for (int32_t x = 0; x < PICTURE_SIDE; x++) {
      const int32_t right = (x - e->x) * e->half_height, down = (y - e->y) * e->half_width;
      const int32_t edge = e->half_width * e->half_height;
      if (right * right + down * down > edge * edge) continue;
      image[y * PICTURE_SIDE + x] = (int8_t)(e->grey - MID_GREY);
    }
}

/* Draws `count` ellipses, later ones over earlier ones, as the model takes a picture. */
static void draw(const ellipse *ellipses, int32_t count, int8_t *image) {
  for (int32_t i = 0; i < PICTURE_SIDE * PICTURE_SIDE; i++) image[i] = PAPER - MID_GREY;
  for (int32_t i = 0; i < count; i++) draw_ellipse(&ellipses[i], image);
}

#endif
