"""``on`` blocks: what a model says of one target, over what it says of all."""

from __future__ import annotations

import pytest

import microflow
from microflow.dsl.format import format_text
from microflow.files import Overlay

from ..cli.models import relu
from .mistakes import HEAD, Mistake, check, inside
from .models import clean

BOARD = "target board : host { memory dtcm { kind = ram; size = 64KiB } }\n"
TWO = f'mflow 1\n{BOARD}model wake {{\n  source = "models/wake.tflite"\n  targets = [host, board]\n'

MISTAKES = [
    inside("MF2013", "on ⟦hots⟧ { }", True, says="did you mean `host`?"),
    inside("MF2013", "on ⟦quantumchip⟧ { }", says="the targets are"),
    inside("MF2033", "on ⟦nrf52840⟧ { }", says="its targets, which are `host`"),
    Mistake("MF2033", f"{HEAD}  on ⟦ghost⟧ {{ }}\n}}\ntarget ghost : host {{ }}\n", True),
    inside("MF2003", "on host { }\n  on ⟦host⟧ { }", True, says="`on host` is given twice"),
    inside("MF2003", "on host { budget { }; ⟦budget⟧ { } }", True),
    inside(
        "MF2001",
        'on host { ⟦source⟧ = "x.tflite" }',
        says="| `source` belongs in `custom` or `model`",
    ),
    inside("MF2001", "on host { ⟦ram⟧ = 1KiB }", says="| `ram` belongs in `budget`"),
    inside("MF2002", "emit { ⟦budget⟧ { } }", says="`budget` belongs in `model` or `on`"),
    inside("MF2001", "on host { ⟦optimise⟧ = ram }", True),
    inside("MF2002", "on host { ⟦input⟧ x { } }", says="`input` belongs in `model`"),
    inside("MF2002", "on host { ⟦on⟧ host { } }", says="`on` belongs in `model`"),
    inside("MF2006", "on host { optimize = ⟦size⟧ }"),
    inside("MF2009", "on host { budget { ram = ⟦0KiB⟧ } }"),
    inside("MF2017", "⟦on⟧ { }", says="the name of a target of the model"),
    inside("MF2017", 'on ⟦"host"⟧ { }', True),
    inside("MF2017", "on host : ⟦wake⟧ { }", says="inherits from nothing"),
    inside("MF2022", "⟦on⟧ = host", says="`on` is a block"),
    inside("MF2028", "on host { place { arena = ⟦dtcm⟧ } }", says="`host` has no memory `dtcm`"),
    inside("MF2029", "on host { place { weights = ⟦ram⟧ } }", True),
    Mistake("MF2028", f"{TWO}  place {{ arena = ⟦dtcm⟧ }}\n}}\n", says="`host` has no memory"),
    Mistake(
        "MF2032",
        f"{TWO}  arena = shared\n}}\nmodel fan : wake {{\n"
        "  on board { place { arena = ⟦dtcm⟧ } }\n}\narena shared { }\n",
        says="lies in `ram` for `wake`, but in `dtcm` for `fan`",
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.code} {m.says}")
def test_mistake(mistake: Mistake) -> None:
    check(mistake)


BODY = """\
  optimize = flash
  budget { ram = 24KiB; flash = 64KiB }
  on board { optimize = latency; budget { ram = 8KiB }; place { arena = dtcm } }
}
"""


def test_what_a_block_does_not_say_holds_there_too() -> None:
    model = clean(TWO + BODY).models[0]
    assert (model.optimize, model.budget.ram, model.place.arena) == ("flash", 24 * 1024, None)
    assert model.on("host") is model
    there = model.on("board")
    assert (there.optimize, there.budget.ram, there.budget.flash) == ("latency", 8192, 65536)
    assert there.budget.spans["ram"] != model.budget.spans["ram"]
    assert there.budget.spans["flash"] == model.budget.spans["flash"]
    assert there.place.arena is not None and there.place.arena.value == "dtcm"


def test_a_memory_that_only_one_target_has_is_named_on_that_one() -> None:
    clean(TWO + "  on board { place { arena = dtcm } }\n}\n")


def test_an_heir_takes_the_blocks_and_leaves_those_of_targets_that_it_lacks() -> None:
    heir = (
        "model fan : wake { targets = [host] }\nmodel pan : wake { on host { optimize = ram } }\n"
    )
    wake, fan, pan = clean(TWO + BODY + heir).models
    assert fan.on("host") is fan
    assert fan.on("board").optimize == "latency"
    assert (list(wake.overrides), list(pan.overrides)) == (["board"], ["host"])
    assert (pan.on("host").optimize, pan.on("host").budget) == ("ram", wake.budget)


def test_a_lost_target_is_not_called_unknown() -> None:
    text = f"{HEAD}  on ghost {{ }}\n}}\ntarget ghost : = {{ }}\n"
    _, found = microflow_findings(text)
    assert all(code.startswith("MF1") for code in found), found


def microflow_findings(text: str) -> tuple[microflow.Analysis, list[str]]:
    files = Overlay({"m.mflow": text.encode(), "models/wake.tflite": relu()})
    analysis = microflow.analyse("m.mflow", files=files)
    return analysis, [d.rule.code for d in analysis.diagnostics]


def test_it_is_applied_when_the_model_is_compiled() -> None:
    analysis, found = microflow_findings(f"{TWO}  on board {{ budget {{ ram = 2B }} }}\n}}\n")
    assert found == ["MF5001"]
    assert {r.target.name: r.model.budget.ram for r in analysis.results} == {
        "host": None,
        "board": 2,
    }
    (finding,) = analysis.diagnostics
    assert finding.span is not None and finding.span.line == 6
    (one,) = microflow.analyse("m.mflow", files=_files(), target="host").results
    assert one.model.optimize == "flash"
    (one,) = microflow.analyse("m.mflow", files=_files(), target="board").results
    assert (one.model.optimize, one.model.place.arena_on(one.target)) == ("latency", "dtcm")
    (one,) = microflow.analyse("m.mflow", files=_files(), target="board", optimize="ram").results
    assert one.model.optimize == "ram"


def _files() -> Overlay:
    return Overlay({"m.mflow": (TWO + BODY).encode(), "models/wake.tflite": relu()})


def test_the_formatter_lays_them_out() -> None:
    text = "model a {\n  on uno {\n    budget { ram = 1KiB }\n  }\n}\n"
    assert format_text("model a {\non uno   {\nbudget {ram=1KiB}\n}\n}\n") == text


@pytest.mark.parametrize(("block", "fixes"), [("", 1), ("  on small { }\n", 0)])
def test_another_chip_is_no_fix_where_a_block_is_for_this_one(block: str, fixes: int) -> None:
    text = f"{HEAD.replace('host', 'small')}{block}}}\n"
    text += "target small : nrf51822 { memory ram { size = 20B } }\n"
    analysis, found = microflow_findings(text)
    assert found == ["MF5002"]
    assert len(analysis.diagnostics[0].fixes) == fixes
    assert "choose a larger chip" in analysis.diagnostics[0].help
