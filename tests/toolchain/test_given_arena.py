"""A model whose arena the application gives, on emulated boards: their program gives it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from microflow.compilation import compile_model
from microflow.targets import load_target
from microflow.toolchain.measure import measure
from tests.need import need_core
from tests.oracle import tflm
from tests.run.product_models import IMAGE, models
from tests.run_model import bind_graph, compiled


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("core", "chip"), [("cortex-m4", "nrf52840"), ("avr5", "atmega328p")])
def test_right_and_counted_alike(core: str, chip: str, stream: bool, tmp_path: Path) -> None:
    need_core(core)
    target, model = load_target(chip), models()["kws"]
    image = np.random.default_rng(4).integers(-128, 128, IMAGE).astype(np.int8)
    bound = bind_graph(compiled(model).model.graph)
    bound = evolve(bound, inputs=tuple(evolve(p, stream=stream) for p in bound.inputs))
    made = []
    for given in (False, True):
        one = compile_model(evolve(bound, arena_given=given), target.core)
        measured, failed = measure(one, target, [[image.tobytes()]], tmp_path / str(given))
        assert measured is not None, failed
        assert measured.outputs == ((tflm(model, [image])[0].tobytes(),),)
        made.append(measured)
    own, theirs = made
    assert theirs.sizes.arena_bytes == own.sizes.arena_bytes
    padding = target.core.alignment - 1  # which the linker puts before and behind an arena
    pointer = theirs.sizes.static_bytes - own.sizes.static_bytes
    assert abs(pointer - target.core.pointer_bytes) <= padding
    assert theirs.sizes.static_bytes >= target.core.pointer_bytes
    assert theirs.sizes.constant_bytes == own.sizes.constant_bytes
    assert 0 < theirs.sizes.code_bytes - own.sizes.code_bytes <= 400
