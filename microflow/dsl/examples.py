"""An example of every kind of block, for the documentation; tests bind each to a model."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, str] = {
    "manifest": """\
mflow 1

use "boards/nordic.mflow"  # more targets, arenas and models, if you like

target board : nrf52840 {
  memory flash { origin = 0x0002_7000; size = 512KiB }  # behind the bootloader
}

model wake {
  source  = "models/wake.tflite"
  targets = [board, host]
  budget { flash = 512KiB; ram = 24KiB }
}
""",
    "target": """\
target board : nrf52840 {
  clock = 32MHz
  memory flash { origin = 0x0002_7000; size = 512KiB }
  memory ram { size = 200KiB }
}
""",
    "memory": """\
memory ram { size = 200KiB }  # of the chip's: what is left for the firmware

memory dtcm { kind = ram; origin = 0x2100_0000; size = 64KiB }  # one more
""",
    "arena": """\
arena shared { size = 48KiB; align = 16; section = ".noinit.mflow" }
""",
    "custom": """\
custom my_fft { operator = "MyFft"; header = "dsp/my_fft.h"; source = "dsp/my_fft.c" }
""",
    "model": """\
model wake {
  source   = "models/wake.tflite"
  targets  = [host]
  optimize = ram
  budget { ram = 24KiB }
}

model loud : wake {  # takes from `wake` what it does not say itself
  optimize = latency
}
""",
    "budget": """\
budget { flash = 64KiB; ram = 24KiB; stack = 1KiB; latency = 20ms }
""",
    "input": """\
input mfcc {
  tensor = "serving_default_x:0"
  shape  = [1, 49, 40, 1]
  type   = int8
  real   = -25.0 .. 25.0
  unit   = "dB"
}
""",
    "output": """\
output scores {
  labels = ["silence", "yes", "no"]
  decode = argmax(threshold = 0.70)
}
""",
    "place": """\
place { weights = flash; arena = ram }
""",
    "kernels": """\
kernels { isa = portable; softmax = portable }
""",
    "verify": """\
verify { vectors = "vectors/wake.npz"; tolerance = 1lsb }
""",
    "emit": """\
emit { prefix = "kws"; dir = "gen"; package = [cmake, arduino]; selftest = true }
""",
    "on": """\
on host {
  optimize = ram
  budget { ram = 8KiB }  # its other limits are the model's
}
""",
}
