"""``check --fix`` and ``check --diff``."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.cli.check import analyse
from microflow.cli.mend import mend, write_mended
from microflow.diag import Diagnostic, Edit, Fix, Rule, Span
from microflow.dsl.format import format_text
from microflow.dsl.suggest import is_plain
from microflow.dsl.text import source_of
from microflow.render.fixes import apply_fixes, automatic_fixes
from tests.cli.command import Done, mflowc
from tests.cli.models import manifest, relu, scores, write
from tests.dsl.mistakes import Mistake
from tests.dsl.models import run
from tests.dsl.test_name_rules import MISTAKES as NAMES
from tests.dsl.test_syntax_rules import MISTAKES as SYNTAX

SLIPS = (
    ("optimise = ram", "optimize = ram"),
    ("optimize = latancy", "optimize = latency"),
    ("optimize: ram", "optimize = ram"),
    ("emit = { prefix = 'wake' }", 'emit { prefix = "wake" }'),
    ("budget { ram = 16 KiB }", "budget { ram = 16KiB }"),
    ("budget { ram = 16kib }", "budget { ram = 16KiB }"),
    ("output p { labels = [“a”, 'b', \"c\"] }", 'output p { labels = ["a", "b", "c"] }'),
    ('output p { labels = ["a" "b", "c"] }', 'output p { labels = ["a", "b", "c"] }'),
)
UNDECIDED = (
    "budget { ram = 16KB }",  # 1024 or 1000?
    "budget { ram = 1B }",  # a budget is the user's
    'sha256 = "' + "0" * 64 + '"',  # as is what the model is held to
    "input x { shape = [1, 5] }",
    "input x { type = uint8 }",
    "budget { ram = 1KiB }\n  budget { ram = 2KiB }",  # which of the two?
    'emit { prefix = "2fast" }',  # a name that the application uses
)


def fixed(folder: Path, body: str, *options: str) -> tuple[str, Done]:
    path = write(folder, scores(), f"  {body}\n")
    done = mflowc("check", "m.mflow", *(options or ("--fix",)), cwd=folder)
    return path.read_text("utf-8"), done


@pytest.mark.parametrize(("wrong", "right"), SLIPS)
def test_slips_are_mended(wrong: str, right: str, tmp_path: Path) -> None:
    text, done = fixed(tmp_path, wrong)
    assert format_text(text) == format_text(manifest(f"  {right}\n"))
    assert done.code == 0 and done.err.startswith("fixed m.mflow:6:")
    assert done.out.startswith("model "), "the figures of what was mended"


@pytest.mark.parametrize("body", UNDECIDED)
def test_what_needs_a_decision_stays(body: str, tmp_path: Path) -> None:
    before = mflowc("check", write(tmp_path, scores(), f"  {body}\n"), "--json")
    assert before.code == 1 and before.document["diagnostics"][0]["fixes"]
    text, done = fixed(tmp_path, body)
    assert text == manifest(f"  {body}\n")
    assert done.code == 1 and done.err.startswith("nothing to fix unasked in m.mflow\nerror[")


def test_what_is_fixed_is_said_and_the_rest_is_reported(tmp_path: Path) -> None:
    text, done = fixed(tmp_path, "optimise = ram\n  budget { ram = 16KB }")
    assert text == manifest("  optimize = ram\n  budget { ram = 16KB }\n")
    first, second, *_ = done.err.splitlines()
    assert first == "fixed m.mflow:6:3: write `optimize` [MF2001]"
    assert second.startswith("error[MF2008]") and done.err.endswith("\n1 error\n")
    assert done.code == 1


def test_a_fix_that_brings_the_next_to_light(tmp_path: Path) -> None:
    text, done = fixed(tmp_path, "optimise = raam; budgett { flahs = 1MiB }")
    assert text == manifest("  optimize = ram; budget { flash = 1MiB }\n")
    assert done.code == 0 and done.err.count("fixed ") == 4


def test_a_dry_run(tmp_path: Path) -> None:
    for options in (["--diff"], ["--fix", "--diff"]):
        text, done = fixed(tmp_path, "optimise = ram", *options)
        assert text == manifest("  optimise = ram\n")
        assert done.code == 1, "the file is as it was"
        assert done.err.startswith("would fix m.mflow:6:3: write `optimize` [MF2001]\nerror[")
        assert done.out.startswith("--- m.mflow\n+++ m.mflow\n@@ ")
        assert "-  optimise = ram\n+  optimize = ram\n" in done.out


def test_json(tmp_path: Path) -> None:
    def document(*options: str) -> dict[str, Any]:
        import json

        text, done = fixed(tmp_path, "optimise = ram", *options, "--json")
        assert done.err == ""
        return {**json.loads(done.out), "code": done.code, "text": text}

    dry, wet = document("--diff"), document("--fix")
    assert (dry["code"], wet["code"]) == (1, 0)
    assert [d["code"] for d in dry["diagnostics"]] == ["MF2001"]
    assert wet["diagnostics"] == [] and len(wet["results"]) == 1
    (applied,) = wet["fix"]["applied"]
    assert dry["fix"]["applied"] == [applied]
    assert (dry["fix"]["written"], wet["fix"]["written"]) == (False, True)
    assert applied["fix"]["title"] == "write `optimize`" and applied["fix"]["automatic"] is True
    assert wet["fix"]["diff"] == dry["fix"]["diff"] != ""
    assert "fix" not in mflowc("check", "m.mflow", "--json", cwd=tmp_path).document


@pytest.mark.parametrize("form", ["concise", "sarif", "github"])
def test_other_forms_keep_their_stream(form: str, tmp_path: Path) -> None:
    _, done = fixed(tmp_path, "optimise = ram", "--fix", "--format", form)
    assert done.code == 0 and done.err == "fixed m.mflow:6:3: write `optimize` [MF2001]\n"
    assert "fixed" not in done.out


@pytest.mark.parametrize("options", [["--fix"], ["--diff"], ["--fix", "--diff"]])
def test_a_model_is_never_touched(options: list[str], tmp_path: Path) -> None:
    path = write(tmp_path, relu(), None)
    done = mflowc("check", path, *options)
    assert (done.code, done.out) == (2, "") and path.read_bytes() == relu()


def test_a_clean_file_is_not_written(tmp_path: Path) -> None:
    path = write(tmp_path, scores())
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert mflowc("check", path, "--fix").code == 0
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_bytes_that_no_fix_is_about_stay(tmp_path: Path) -> None:
    path = write(tmp_path, scores())
    text = "\ufeff" + manifest("  optimise=ram   # é\n").replace("\n", "\r\n")
    path.write_bytes(text.encode())
    path.chmod(0o640)
    assert mflowc("check", path, "--fix").code == 0
    assert path.read_bytes() == text.replace("optimise", "optimize").encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with patch.object(Path, "replace", side_effect=OSError(28, "No space left on device")):
        text, done = fixed(tmp_path, "optimise = ram")
    assert text == manifest("  optimise = ram\n")
    assert done.code == 1 and "error[MF6105]: cannot write m.mflow: No space" in done.err
    assert done.err.startswith("would fix ") and "error[MF2001]" in done.err


def test_a_file_that_changes_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path, scores(), "  optimise = ram\n")
    mended = mend(lambda files: analyse(path, files=files))
    assert mended.applied
    path.write_text("mflow 1\n# newer\n")
    (found,) = write_mended(mended)
    assert found.rule.code == "MF6105" and found.message.endswith("it was changed meanwhile")
    assert path.read_text() == "mflow 1\n# newer\n"


def test_files_that_are_used_are_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path, scores(), "  optimise = ram\n")
    path.write_text(path.read_text().replace("mflow 1\n", 'mflow 1\nuse "board.mflow"\n'))
    board = "mflow 1\ntarget board : atmega328p { memroy ram { size = 1KiB } }\n"
    (tmp_path / "board.mflow").write_text(board)
    done = mflowc("check", "m.mflow", "--fix", cwd=tmp_path)
    assert done.code == 1 and " --> board.mflow:2:29\n" in done.err
    assert "  optimize = ram\n" in path.read_text()
    assert (tmp_path / "board.mflow").read_text() == board
    assert "memory ram" not in board
    alone = mflowc("check", "board.mflow", "--fix", cwd=tmp_path)
    assert "fixed board.mflow:2:29: write `memory` [" in alone.err
    assert mflowc("check", "m.mflow", cwd=tmp_path).code == 0


def test_words_that_look_like_two_others_are_no_plain_slip() -> None:
    assert is_plain("RAM", ("ram", "rom")) and is_plain("latancy", ("latency", "ram"))
    assert not is_plain("int6", ("int8", "int16")) and not is_plain("xyz", ("ram",))
    assert not is_plain("", ("ram",)) and not is_plain("a" * 65, ("a" * 64,))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = mflowc("check", "nix.mflow", "--fix", cwd=tmp_path)
    assert done.code == 1 and "error[MF6106]" in done.err and not list(tmp_path.iterdir())


RULE = Rule("MF1999", "a-rule", "A title\n\nA page.")
TEXT = "abcdef\nghijkl\n"


def finding(first: int, last: int, text: str, automatic: bool = True) -> Diagnostic:
    span = source_of(TEXT, "m").span(min(first, last), max(first, last))
    fix = Fix(f"write {text}", (Edit(span, text),), automatic)
    return Diagnostic(RULE, "wrong", "do this", span, fixes=(fix,))


PLACES = st.integers(0, len(TEXT) - 1)


@settings(max_examples=200)
@given(st.lists(st.tuples(PLACES, PLACES, st.sampled_from(["", "X", "Y\n"])), max_size=6))
def test_fixes_that_are_applied_together_do_not_disturb_each_other(
    places: list[tuple[int, int, str]],
) -> None:
    found = [finding(*place) for place in places]
    chosen = automatic_fixes(found, "m")
    assert bool(chosen) == bool(found)
    after = apply_fixes(TEXT, chosen, "m")
    assert apply_fixes(TEXT, chosen[::-1], "m") == after, "in whatever order"
    source = source_of(TEXT, "m")
    covered = [c.fix.edits[0].span for c in chosen]
    spans = [source.span(i, i + 1) for i in range(len(TEXT))]
    holders = [[s for s in covered if s <= x and _end(x) <= _end(s)] for x in spans]
    inside = [[s for s in h if (s.line, s.column) != _end(s)] for h in holders]
    assert all(len(h) <= 1 for h in inside), "no character is replaced twice"


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, span.end_column


def test_only_what_is_automatic_and_in_the_file() -> None:
    assert not automatic_fixes([finding(0, 1, "X", automatic=False)], "m")
    assert not automatic_fixes([finding(0, 1, "X")], "other")
    second = Diagnostic(
        RULE,
        "wrong",
        "do this",
        fixes=(*finding(0, 1, "X", automatic=False).fixes, *finding(2, 3, "Y").fixes),
    )
    (choice,) = automatic_fixes([second], "m")
    assert choice.fix.title == "write Y"


@pytest.mark.parametrize("mistake", [*SYNTAX, *NAMES], ids=lambda m: m.code)
def test_what_is_applied_unasked_helps(mistake: Mistake) -> None:
    """Of every rule that is provoked elsewhere, each by one mistake: what is applied mends it."""
    _, found = run(mistake.plain)
    chosen = automatic_fixes(found, "demo.mflow")
    after = apply_fixes(mistake.plain, chosen, "demo.mflow")
    assert bool(chosen) == (after != mistake.plain)
    mended = {choice.diagnostic.rule.code for choice in chosen}
    left = {d.rule.code for d in run(after)[1]}
    assert not mended & left
    assert not mended or not any(code.startswith("MF1") for code in left)
