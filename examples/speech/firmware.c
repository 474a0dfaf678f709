/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Says which word is in each of two recordings. They lie in flash, in place of a microphone: there,
   log_mel_frame() makes a row of features from each new 20 ms of sound. */
#include "log_mel.h"
#include "print.h"
#include "speech.h"

#define WAV_HEADER 22 /* the 44 bytes before the sound, in samples */

extern const int16_t yes_wav[], no_wav[]; /* sounds.S: 16 kHz, mono, 16 bits, little-endian */

static int listen(const char *name, const int16_t *wav) {
  mf_frontend(wav + WAV_HEADER, MF_FRONTEND_SAMPLES, speech_input_features());
  if (speech_run() != speech_OK) return 1;
  const int8_t *scores = speech_output_scores();
  const int word = speech_decode_scores(scores);

  print_text(name);
  print_text(": ");
  if (word < 0) {
    print_text("not sure\n");
    return 0;
  }
  print_text(speech_scores_labels[word]);
  print_text(", ");
  print_millionths((scores[word] - speech_SCORES_ZERO_POINT) * MILLIONTHS(speech_SCORES_SCALE));
  print_text("\n");
  return 0;
}

int main(void) { return listen("yes.wav", yes_wav) || listen("no.wav", no_wav); }
