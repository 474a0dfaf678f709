"""The profiles: whose arithmetic the generated code reproduces, byte for byte.

Integer kernels in daily use round differently (`docs/numerics.md`), so a model is compiled for one.
"""

from __future__ import annotations

TFLM = "tflm"
LITERT_REF = "litert-ref"
XNNPACK = "xnnpack"

PROFILES = {  # by name: who computes so
    TFLM: "TensorFlow Lite Micro's reference kernels",
    LITERT_REF: "LiteRT's reference kernels",
    XNNPACK: "LiteRT's default on x86-64",
}

WITH_HEADERS = frozenset({XNNPACK})  # those with headers of their own, in runtime_c/include
