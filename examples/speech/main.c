/* SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Says which of its words the speech model hears in a sound file: 16 kHz, mono, 16 bits a sample,
 * of which the first second is used. On a microcontroller the samples come from a microphone
 * instead; everything from mf_frontend() on stays.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "log_mel.h"
#include "speech.h"

#define WAV_PCM 1u

static uint32_t little_endian(const uint8_t *bytes, unsigned count) {
  uint32_t value = 0u;
  while (count > 0u) {
    count--;
    value = (value << 8) | bytes[count];
  }
  return value;
}

/* 1 if `count` more bytes were there to be passed over. */
static int skip(FILE *file, uint32_t count) {
  uint8_t bytes[256];
  while (count > 0u) {
    const size_t part = count < sizeof bytes ? (size_t)count : sizeof bytes;
    if (fread(bytes, 1u, part, file) != part) {
      return 0;
    }
    count -= (uint32_t)part;
  }
  return 1;
}

/* Reads up to `capacity` little-endian samples of a chunk of `size` bytes; a file that ends early
 * gives what it has. */
static size_t read_samples(FILE *file, uint32_t size, int16_t *pcm, size_t capacity) {
  uint8_t bytes[2];
  size_t samples = 0u;
  while (samples < capacity && samples < size / 2u && fread(bytes, 1u, 2u, file) == 2u) {
    const int32_t value = (int32_t)little_endian(bytes, 2u);
    pcm[samples] = (int16_t)(value < 32768 ? value : value - 65536);
    samples++;
  }
  return samples;
}

/* The chunk that tells the format: its first 16 bytes must say 16 kHz, mono, 16-bit PCM. */
static int is_expected_format(const uint8_t *format) {
  return little_endian(format, 2u) == WAV_PCM && little_endian(format + 2, 2u) == 1u &&
         little_endian(format + 4, 4u) == MF_FRONTEND_RATE && little_endian(format + 14, 2u) == 16u;
}

/* Walks the chunks of a WAV file up to the samples. Returns NULL, or what is wrong with it. */
static const char *read_wav(FILE *file, int16_t *pcm, size_t capacity, size_t *samples) {
  uint8_t header[12];
  uint8_t format[16];
  int has_format = 0;
  if (fread(header, 1u, 12u, file) != 12u || memcmp(header, "RIFF", 4u) != 0 ||
      memcmp(header + 8, "WAVE", 4u) != 0) {
    return "not a WAV file";
  }
  while (fread(header, 1u, 8u, file) == 8u) {
    uint32_t size = little_endian(header + 4, 4u);
    if (memcmp(header, "data", 4u) == 0) {
      if (!has_format) {
        return "samples before their format";
      }
      *samples = read_samples(file, size, pcm, capacity);
      return NULL;
    }
    if (memcmp(header, "fmt ", 4u) == 0) {
      if (size < sizeof format || fread(format, 1u, sizeof format, file) != sizeof format) {
        return "the format chunk is too short";
      }
      if (!is_expected_format(format)) {
        return "not 16 kHz, mono, 16-bit PCM";
      }
      has_format = 1;
      size -= (uint32_t)sizeof format;
    }
    if (!skip(file, size) || !skip(file, size % 2u)) { /* chunks are padded to even sizes */
      return "a chunk is cut off";
    }
  }
  return "no samples";
}

int main(int argc, char **argv) {
  static int16_t pcm[MF_FRONTEND_SAMPLES];
  const int8_t *scores;
  const char *problem;
  size_t samples = 0u;
  FILE *file;
  int word;
  int i;
  if (argc != 2) {
    fprintf(stderr, "usage: %s SOUND.wav\n", argv[0]);
    return 2;
  }
  file = fopen(argv[1], "rb");
  if (file == NULL) {
    fprintf(stderr, "%s: cannot be opened\n", argv[1]);
    return 2;
  }
  problem = read_wav(file, pcm, MF_FRONTEND_SAMPLES, &samples);
  fclose(file);
  if (problem != NULL) {
    fprintf(stderr, "%s: %s\n", argv[1], problem);
    return 2;
  }

  mf_frontend(pcm, samples, speech_input_features());
  if (speech_run() != speech_OK) {
    fprintf(stderr, "the model did not run\n");
    return 1;
  }
  scores = speech_output_scores();
  word = speech_decode_scores(scores);

  printf("heard: %s\n", word < 0 ? "(not sure)" : speech_scores_labels[word]);
  for (i = 0; i < speech_SCORES_ELEMENTS; i++) {
    const float score = (float)(scores[i] - speech_SCORES_ZERO_POINT) * speech_SCORES_SCALE;
    printf("  %-8s %.3f\n", speech_scores_labels[i], (double)score);
  }
  printf("arena: %lu bytes\n", (unsigned long)speech_ARENA_BYTES);
  return 0;
}
