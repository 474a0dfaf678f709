"""``use``: targets, arenas and models out of other manifests, each finding at its own place."""

from __future__ import annotations

import json

import pytest

import microflow
from microflow.files import Overlay
from microflow.render.terminal import render_diagnostics

from ..cli.models import relu
from .mistakes import HEAD, Mistake, check

MISTAKES = [
    Mistake("MF2022", f"{HEAD}}}\n⟦use⟧\n", says='write `use "'),
    Mistake("MF2022", f'{HEAD}}}\n⟦use "a.mflow" "b.mflow"⟧\n', says="one value, not 2"),
    Mistake("MF2022", f'{HEAD}}}\n⟦use⟧ = "a.mflow"\n', True, says="without `=`"),
    Mistake("MF2022", f'{HEAD}}}\n⟦use⟧ "a.mflow" {{ }}\n', says="takes no braces"),
    Mistake("MF2004", f"{HEAD}}}\nuse ⟦nordic⟧\n", True, says="a path in double quotes"),
    Mistake("MF2004", f"{HEAD}}}\nuse ⟦1⟧\n", says="a path in double quotes"),
    Mistake("MF2019", f'{HEAD}}}\nuse ⟦"a\\\\b.mflow"⟧\n', True, says="backslash"),
    Mistake("MF2019", f'{HEAD}}}\nuse ⟦""⟧\n', says="is empty"),
    Mistake("MF2003", f'{HEAD}}}\nuse "a.mflow"\n⟦use "a.mflow"⟧\n', True, says="given twice"),
    Mistake("MF2002", f'{HEAD}}}\n⟦uses⟧ "a.mflow"\n', True, says="did you mean `use`?"),
    Mistake("MF2001", f'{HEAD}  ⟦use⟧ "a.mflow"\n}}\n', says="`use` belongs in `manifest`"),
]

UNCLOSED = HEAD.replace("{", "⟦{⟧", 1)
MISTAKES.append(
    Mistake("MF1004", f'{UNCLOSED}use "a.mflow"\n', True, says="this `{` is never closed")
)

BOARDS = """\
mflow 1
use "chips/base.mflow"
target thingy : base { memory ram { size = 200KiB } }
arena shared { size = 4KiB }
model common { source = "../models/relu.tflite"; budget { flash = 64KiB }; arena = shared }
"""
BASE = "mflow 1\ntarget base : nrf52840 { clock = 32MHz }\n"
MAIN = 'mflow 1\nuse "boards/nordic.mflow"\nmodel wake : common { targets = [thingy] }\n'


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.code} {m.says}")
def test_mistake(mistake: Mistake) -> None:
    check(mistake)


def analyse(main: str = MAIN, boards: str = BOARDS, **more: str) -> microflow.Analysis:
    texts = {"w/m.mflow": main, "w/boards/nordic.mflow": boards, "w/boards/chips/base.mflow": BASE}
    texts |= {f"w/{name}.mflow": text for name, text in more.items()}
    data = {path: text.encode() for path, text in texts.items()}
    return microflow.analyse("w/m.mflow", files=Overlay({**data, "w/models/relu.tflite": relu()}))


def found(analysis: microflow.Analysis) -> list[tuple[str, str, int, int]]:
    spans = [(d.rule.code, d.span) for d in analysis.diagnostics]
    return [(code, s.path, s.line, s.column) for code, s in spans if s is not None]


def test_everything_comes_from_there_and_paths_are_as_seen_from_there() -> None:
    analysis = analyse()
    assert analysis.diagnostics == ()
    (result,) = analysis.results
    assert (result.model.name, result.model.source) == ("wake", "w/models/relu.tflite")
    assert (result.target.ram, result.target.clock) == (200 * 1024, 32_000_000)
    assert result.model.arena is not None and result.model.budget.flash == 65536
    assert list(analysis.sources) == [
        "w/m.mflow",
        "w/boards/nordic.mflow",
        "w/boards/chips/base.mflow",
    ]
    (output,) = microflow.build(analysis)
    assert "wake.c" in output.files
    (other,) = microflow.build(analyse(boards=BOARDS + "# changed\n"))
    digests = [json.loads(o.files["wake.report.json"])["manifest_sha256"] for o in (output, other)]
    assert digests[0] != digests[1]


def test_a_file_that_is_reached_on_two_ways_counts_once() -> None:
    main = MAIN.replace("use", 'use "boards/chips/../chips/base.mflow"\nuse', 1)
    assert analyse(main).diagnostics == ()


def test_a_mistake_in_a_used_file_is_shown_there() -> None:
    broken = BOARDS.replace("size = 200KiB", "sice = 200KiB")
    analysis = analyse(boards=broken)
    assert found(analysis) == [("MF2001", "w/boards/nordic.mflow", 3, 37)]
    shown = render_diagnostics(analysis.diagnostics, analysis.sources)
    assert "w/boards/nordic.mflow:3:37" in shown and "sice = 200KiB" in shown
    assert found(analyse(boards=BOARDS + "model {\n"))[0][:3] == (
        "MF1004",
        "w/boards/nordic.mflow",
        6,
    )
    unversioned = BOARDS.removeprefix("mflow 1\n")
    assert found(analyse(boards=unversioned)) == [("MF1012", "w/boards/nordic.mflow", 1, 1)]


def test_what_an_heir_lacks_is_said_at_the_heir() -> None:
    analysis = analyse(boards=BOARDS.replace("../models/relu.tflite", "gone.tflite"))
    assert found(analysis) == [("MF3050", "w/boards/nordic.mflow", 5, 25)]
    bare = "mflow 1\nmodel common { }\n"
    main = 'mflow 1\nuse "b.mflow"\nmodel wake : common { targets = [host] }\n'
    assert found(analyse(main, b=bare)) == [("MF2005", "w/m.mflow", 3, 7)]


def test_findings_on_inherited_lines_name_the_heir() -> None:
    boards = BOARDS.replace("arena = shared }", "input x { type = float32 } }")
    (finding,) = analyse(boards=boards).diagnostics
    assert finding.rule.code == "MF3056"
    assert finding.span is not None and finding.span.path == "w/boards/nordic.mflow"
    assert [(label.span.path, label.text) for label in finding.labels] == [
        ("w/m.mflow", "inherited by model `wake`")
    ]


def test_a_file_that_is_not_there() -> None:
    gone = MAIN.replace("nordic", "gone")
    assert found(analyse(gone)) == [("MF2036", "w/m.mflow", 2, 5)]
    deep = BOARDS.replace("base.mflow", "gone.mflow")
    (finding,) = analyse(boards=deep).diagnostics
    assert found(analyse(boards=deep)) == [("MF2036", "w/boards/nordic.mflow", 2, 5)]
    assert "`w/boards/chips/gone.mflow`: there is no such file" in finding.message


def test_a_file_that_is_no_manifest() -> None:
    analysis = analyse('mflow 1\nuse "models/relu.tflite"\n')
    assert [d.rule.code for d in analysis.diagnostics] == ["MF1010"]
    assert analysis.diagnostics[0].span is not None
    assert analysis.diagnostics[0].span.path == "w/models/relu.tflite"


def test_circles() -> None:
    own = analyse(MAIN.replace("boards/nordic", "m"))
    assert [f for f in found(own) if f[0] == "MF2035"] == [("MF2035", "w/m.mflow", 2, 5)]
    back = BOARDS.replace("chips/base", "../m").replace(": base", ": nrf52840")
    analysis = analyse(boards=back)
    assert found(analysis) == [("MF2035", "w/boards/nordic.mflow", 2, 5)]
    way = "`w/m.mflow` > `w/boards/nordic.mflow` > `w/m.mflow`"
    assert way in analysis.diagnostics[0].message


def test_names_that_clash() -> None:
    again = MAIN + "target thingy : host { }\narena shared { }\n"
    analysis = analyse(again)
    assert found(analysis) == [("MF2034", "w/m.mflow", 4, 8), ("MF2034", "w/m.mflow", 5, 7)]
    assert [label.span.path for label in analysis.diagnostics[0].labels] == [
        "w/boards/nordic.mflow"
    ]
    other = "mflow 1\ntarget thingy : host { }\n"
    between = analyse(MAIN + 'use "other.mflow"\n', other=other)
    assert found(between) == [("MF2034", "w/other.mflow", 2, 8)]


def test_models_of_a_used_file_are_not_compiled() -> None:
    text = 'mflow 1\nuse "boards/nordic.mflow"\n'
    assert [f[:2] for f in found(analyse(text))] == [("MF2023", "w/m.mflow")]


def test_chains_of_any_length_are_followed() -> None:
    chain = {f"f{i}": f'mflow 1\nuse "f{i + 1}.mflow"\n' for i in range(1200)}
    chain["f1200"] = "mflow 1\ntarget far : host { }\n"
    main = 'mflow 1\nuse "f0.mflow"\nmodel m { source = "models/relu.tflite"; targets = [far] }\n'
    assert analyse(main, **chain).diagnostics == ()
