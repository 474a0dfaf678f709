"""Whether the models of a target fit into its memories, alone and together; shared arenas."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.analysis import Analysis, Request, check, need
from microflow.diag import Diagnostic, Span
from microflow.dsl.project import Arena, Place
from microflow.dsl.values import Given
from microflow.files import Overlay
from microflow.rules.budget import Need
from microflow.rules.memory import Use, check_memory, check_together, memory_uses
from microflow.targets import Region

from ..assemble import N, T, assemble

SPAN = Span("m.mflow", 1, 1, 1, 2)


def _conv(channels: int) -> bytes:
    return assemble(
        tensors=[
            T("x", "int8", (1, 20, 20, 4), scale=0.5),
            T(
                "w",
                "int8",
                (channels, 1, 1, 4),
                data=np.ones((channels, 1, 1, 4)),
                scales=[0.5] * channels,
            ),
            T("y", "int8", (1, 20, 20, channels), scale=0.5),
        ],
        nodes=[N("CONV_2D", ["x", "w", -1], ["y"], {"strideW": 1, "strideH": 1})],
        inputs=["x"],
        outputs=["y"],
    )


FILES = {"small.tflite": _conv(4), "large.tflite": _conv(12)}


def _check(models: dict[str, str], memories: str = "", rest: str = "") -> Analysis:
    """Models by name, each with what its block says, on a target with `memories`."""
    text = f"mflow 1\ntarget board : nrf52840 {{ {memories} }}\n{rest}\n"
    for name, body in models.items():
        source = "large" if name.startswith("large") else "small"
        text += (
            f'model {name} {{\n  source = "{source}.tflite"\n  targets = [board]\n  {body}\n}}\n'
        )
    return check(Request("m.mflow"), Overlay({"m.mflow": text.encode(), **FILES}))


def _uses(analysis: Analysis) -> dict[str, Use]:
    return {u.region.name: u for u in analysis.memory(analysis.results[0].target)}


def _listed(use: Use) -> list[tuple[str, tuple[str, ...], int]]:
    return [(t.what, t.models, t.bytes) for t in use.takers]


def test_one_model_takes_what_its_figures_say() -> None:
    analysis = _check({"small": ""})
    sizes = analysis.results[0].sizes
    uses = _uses(analysis)
    assert list(uses) == ["flash", "ram"]
    assert uses["flash"].bytes == sizes.flash_bytes and uses["ram"].bytes == sizes.ram_bytes
    assert _listed(uses["ram"])[0] == ("arena", ("small",), sizes.arena_bytes)
    assert [t.estimated for t in uses["flash"].takers] == [True, False]


def test_models_add_up_but_for_kernels_and_stacks() -> None:
    analysis = _check({"small": "", "large": ""})
    one, two = (r.sizes for r in analysis.results)
    kernel = analysis.results[0].target.core.sizes.kernels["conv2d_s8"].code
    uses = _uses(analysis)
    assert uses["flash"].bytes == one.flash_bytes + two.flash_bytes - kernel
    assert uses["ram"].bytes == one.arena_bytes + two.arena_bytes + max(
        one.stack_bytes, two.stack_bytes
    )


def test_a_shared_arena_is_there_once_and_as_large_as_its_largest_user_needs() -> None:
    shared = _check({"small": "arena = a", "large": "arena = a", "other": ""}, rest="arena a { }")
    sizes = {r.model.name: r.sizes.arena_bytes for r in shared.results}
    arenas = [t for t in _uses(shared)["ram"].takers if t.what == "arena"]
    assert [(t.models, t.bytes, t.arena) for t in arenas] == [
        (("small", "large"), sizes["large"], "a"),
        (("other",), sizes["other"], None),
    ]
    assert sizes["large"] > sizes["small"]


def test_what_is_placed_elsewhere_is_counted_there() -> None:
    memories = "memory dtcm { kind = ram; size = 64KiB }; memory qspi { kind = flash; size = 1MiB }"
    analysis = _check({"small": "place { weights = qspi; arena = dtcm }", "large": ""}, memories)
    uses = _uses(analysis)
    small, large = analysis.results
    assert _listed(uses["dtcm"]) == [("arena", ("small",), small.sizes.arena_bytes)]
    assert _listed(uses["qspi"]) == [("weights", ("small",), need(small).weight_bytes)]
    left = small.sizes.constant_bytes - need(small).weight_bytes
    assert ("constants", ("small",), left) in _listed(uses["flash"])
    assert ("arena", ("large",), large.sizes.arena_bytes) in _listed(uses["ram"])
    assert 0 < left < small.sizes.constant_bytes
    plain = _uses(_check({"small": "", "large": ""}, memories))
    for kind in ("flash", "ram"):
        assert sum(u.bytes for u in uses.values() if u.region.kind == kind) == plain[kind].bytes
    assert plain["dtcm"].takers == plain["qspi"].takers == ()


def _only(analysis: Analysis) -> Diagnostic:
    (found,) = analysis.diagnostics
    assert found.help and found.span is not None
    return found


@pytest.mark.parametrize("memory", ["flash", "ram"])
def test_models_that_fit_alone_but_not_together(memory: str) -> None:
    models = {"small": "", "large": ""}
    needed = _uses(_check(models))[memory].bytes
    assert not _check(models, f"memory {memory} {{ size = {needed}B }}").diagnostics
    found = _only(_check(models, f"memory {memory} {{ size = {needed - 1}B }}"))
    assert found.rule.code == "MF5003"
    shown = "RAM" if memory == "ram" else memory
    assert f"2 models on board together need {needed:,} bytes of {shown}" in found.message
    assert found.message.endswith(f"it has {needed - 1:,}, 1 fewer")
    assert (found.span.line, [label.span.line for label in found.labels]) == (5, [10])
    analysis = _check(models)
    for result in analysis.results:
        figure = result.sizes.constant_bytes if memory == "flash" else result.sizes.arena_bytes
        what = "constants" if memory == "flash" else "arena"
        assert f"{what} of '{result.model.name}': {figure:,} bytes" in found.notes
    assert ("share an arena" in found.help) == (memory == "ram")
    assert "choose a larger chip (" in found.help


def test_a_model_that_is_too_large_alone_is_all_that_is_said() -> None:
    needed = _uses(_check({"large": ""}))["ram"].bytes
    analysis = _check({"small": "", "large": ""}, f"memory ram {{ size = {needed - 1}B }}")
    found = _only(analysis)
    assert found.rule.code == "MF5002" and "model 'large' needs" in found.message
    assert any("the peak is at" in note for note in found.notes)


def test_a_memory_of_ones_own_is_held_too() -> None:
    dtcm = "memory dtcm {{ kind = ram; size = {}B }}; memory ccm {{ kind = ram; size = 64KiB }}"
    body = {"small": "place { arena = dtcm }"}
    needed = _uses(_check(body, dtcm.format(65536)))["dtcm"].bytes
    assert not _check(body, dtcm.format(needed)).diagnostics
    found = _only(_check(body, dtcm.format(needed - 1)))
    assert found.rule.code == "MF5002"
    assert f"needs {needed:,} bytes of dtcm; board has {needed - 1:,}, 1 fewer" in found.message
    assert "place the arena of 'small' in `ram`" in found.help and "chip" not in found.help


def test_another_memory_with_room_is_proposed_for_weights() -> None:
    needed = _uses(_check({"large": ""}))["flash"].bytes
    memories = (
        f"memory flash {{ size = {needed - 1}B }}; memory qspi {{ kind = flash; size = 1MiB }}"
    )
    found = _only(_check({"large": ""}, memories))
    assert found.rule.code == "MF5002" and "place the weights of 'large' in `qspi`" in found.help
    assert not _check({"large": "place { weights = qspi }"}, memories).diagnostics


def test_where_no_chip_would_do_that_is_said() -> None:
    found = _only(_check({"large": "budget { ram = 64MiB }"}, "memory ram { size = 1KiB }"))
    assert "would hold it" in found.help
    needs = [need(r) for r in _check({"large": ""}).results]
    huge = evolve(needs[0], sizes=evolve(needs[0].sizes, flash_bytes=1 << 40, ram_bytes=1 << 40))
    flash, _ram = check_memory(huge)
    assert "no chip that is built in would hold it" in flash.help


def test_the_size_of_a_shared_arena_is_a_limit() -> None:
    models = {"small": "arena = a", "large": "arena = a"}
    needed = {r.model.name: r.sizes.arena_bytes for r in _check(models, rest="arena a { }").results}
    limit = needed["large"]
    assert not _check(models, rest=f"arena a {{ size = {limit}B }}").diagnostics
    found = _only(_check(models, rest=f"arena a {{ size = {limit - 1}B }}"))
    assert found.rule.code == "MF5004"
    assert f"model 'large' needs {limit:,} bytes of arena 'a' on board, 1 more" in found.message
    assert f"at least {limit}B" in found.help
    assert found.span == Span("m.mflow", 3, 18, 3, 18 + len(f"{limit - 1}B"))
    assert [label.span.line for label in found.labels] == [12]


@cache
def _template() -> Need:
    (result,) = _check(
        {"small": ""},
        "memory dtcm { kind = ram; size = 64KiB }; memory qspi { kind = flash; size = 1MiB }",
    ).results
    return need(result)


@st.composite
def _needs(draw: st.DrawFn) -> list[Need]:
    """Models of one target with drawn figures, placements and arenas."""
    arenas = [Arena(Given(name, SPAN)) for name in "ab"]
    homes = {a: draw(st.sampled_from((None, "dtcm"))) for a in ("a", "b", "")}
    drawn = []
    for index in range(draw(st.integers(1, 5))):
        figures = {
            key: draw(st.integers(0, 100_000))
            for key in ("arena_bytes", "stack_bytes", "code_bytes", "constant_bytes")
        }
        variables = draw(st.sampled_from((0, 7)))
        sizes = evolve(
            _template().sizes,
            **figures,
            flash_bytes=figures["code_bytes"] + figures["constant_bytes"],
            ram_bytes=figures["arena_bytes"] + figures["stack_bytes"] + variables,
        )
        arena = draw(st.sampled_from((None, *arenas)))
        home = homes["" if arena is None else arena.label.value]
        weights = draw(st.sampled_from((None, "qspi")))
        place = Place(*(None if name is None else Given(name, SPAN) for name in (weights, home)))
        model = evolve(_template().model, name=f"m{index}", arena=arena, place=place)
        moved = draw(st.integers(0, figures["constant_bytes"]))
        drawn.append(evolve(_template(), model=model, sizes=sizes, weight_bytes=moved, kernels=()))
    return drawn


@settings(max_examples=50, deadline=None)
@given(_needs())
def test_every_byte_is_counted_once(needs: list[Need]) -> None:
    uses = {use.region.name: use for use in memory_uses(needs)}
    arenas: dict[str, int] = {}
    for n in needs:
        key = n.model.name if n.model.arena is None else f"arena {n.model.arena.label.value}"
        arenas[key] = max(arenas.get(key, 0), n.sizes.arena_bytes)
    variables = sum(n.sizes.ram_bytes - n.sizes.arena_bytes - n.sizes.stack_bytes for n in needs)
    stack = max(n.sizes.stack_bytes for n in needs)
    assert uses["ram"].bytes + uses["dtcm"].bytes == sum(arenas.values()) + variables + stack
    flash = sum(n.sizes.flash_bytes for n in needs)
    assert uses["flash"].bytes + uses["qspi"].bytes == flash
    moved = [n.weight_bytes for n in needs if n.model.place.weights is not None]
    assert uses["qspi"].bytes == sum(moved)
    assert all(t.bytes >= 0 for use in uses.values() for t in use.takers)


@settings(max_examples=50, deadline=None)
@given(_needs(), st.integers(1, 300_000))
def test_each_memory_that_is_too_small_is_found_once(needs: list[Need], size: int) -> None:
    target = evolve(
        needs[0].target,
        flash=size,
        ram=size,
        memories=(Region("dtcm", "ram", size), Region("qspi", "flash", size)),
    )
    needs = [evolve(n, target=target) for n in needs]
    over = {u.region.name for u in memory_uses(needs) if u.bytes > size}
    alone = {
        (n.model.name, u.region.name) for n in needs for u in memory_uses([n]) if u.bytes > size
    }
    found = (*(d for n in needs for d in check_memory(n)), *check_together(needs))
    assert sum(d.rule.code == "MF5002" for d in found) == len(alone)
    together = over - {name for _, name in alone}
    assert sum(d.rule.code == "MF5003" for d in found) == len(together)
    assert len(found) == len(alone) + len(together)
    assert {name for _, name in alone} <= over
