"""``--format``: the same findings, streams and exit codes in every form."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.diag import Diagnostic, Edit, Fix, Label, Rule, Severity, Span
from microflow.render.concise import render_concise
from microflow.render.github import render_github
from microflow.render.sarif import render_sarif
from tests.cli.command import mflowc
from tests.cli.models import relu, scores, unsupported, write

BODY = "  optimise = ram\n  budget { ram = 16KB }\n  budget { flash = 1MiB }\n"
FORMS = ("full", "concise", "json", "sarif", "github")

# The objects of SARIF 2.1.0 that we write, with their fields: required ones begin with `!`. None
# has others (the schema forbids them), and a name after the colon is the object that a field holds.
SARIF = {
    "log": "$schema !version !runs:run",
    "run": "!tool:tool invocations:invocation columnKind results:result",
    "tool": "!driver:driver",
    "driver": "!name version rules:rule",
    "rule": "!id name shortDescription:text help:text defaultConfiguration:configuration",
    "configuration": "level",
    "invocation": "!executionSuccessful exitCode",
    "result": "ruleId ruleIndex level !message:text locations:location relatedLocations:location "
    "fixes:fix",
    "location": "id message:text physicalLocation:physical",
    "physical": "!artifactLocation:artifact region:region",
    "artifact": "uri",
    "region": "startLine startColumn endLine endColumn",
    "fix": "description:text !artifactChanges:change",
    "change": "!artifactLocation:artifact !replacements:replacement",
    "replacement": "!deletedRegion:region insertedContent:text",
    "text": "!text markdown",
}


def conforms(value: Any, kind: str) -> None:
    """Asserts that `value` is an object of SARIF, or a list of such objects."""
    for item in value if isinstance(value, list) else [value]:
        fields = [field.partition(":") for field in SARIF[kind].split()]
        known = {name.removeprefix("!"): inner for name, _, inner in fields}
        assert set(item) <= set(known), kind
        assert {name[1:] for name, _, _ in fields if name[0] == "!"} <= set(item), kind
        for name, inner in known.items():
            if inner and name in item:
                conforms(item[name], inner)


def sarif_run(text: str) -> dict[str, Any]:
    log = json.loads(text)
    conforms(log, "log")
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run = dict(log["runs"][0])
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
    return run


def of(message: str, path: str = "m.mflow", **more: Any) -> Diagnostic:
    rule = Rule("MF1999", "a-rule", "A title\n\nA page.", more.pop("severity", Severity.ERROR))
    place = more.pop("span", Span(path, 3, 5, 3, 9))
    return Diagnostic(rule, message, "do this", place, **more)


@pytest.mark.parametrize("command", ["check", "build"])
def test_every_form_has_the_same_exit_code(command: str, tmp_path: Path) -> None:
    write(tmp_path, relu(), BODY)
    assert [mflowc(command, "m.mflow", "--format", f, cwd=tmp_path).code for f in FORMS] == [1] * 5
    write(tmp_path, relu())
    done = [mflowc(command, "m.mflow", f"--format={f}", cwd=tmp_path) for f in FORMS]
    assert [(d.code, d.err) for d in done] == [(0, "")] * 5
    assert done[1].out == done[4].out == "" != done[0].out


def test_full_and_json_are_what_they_were(tmp_path: Path) -> None:
    write(tmp_path, relu(), BODY)
    plain = mflowc("check", "m.mflow", cwd=tmp_path)
    assert mflowc("check", "m.mflow", "--format", "full", cwd=tmp_path) == plain
    assert plain.err.startswith("error[MF2001]") and plain.out == ""
    as_json = mflowc("check", "m.mflow", "--json", cwd=tmp_path)
    assert mflowc("check", "m.mflow", "--format", "json", cwd=tmp_path) == as_json
    assert mflowc("check", "m.mflow", "--format", "json", "--json", cwd=tmp_path) == as_json


@pytest.mark.parametrize("options", [["--json", "--format", "sarif"], ["--format", "xml"]])
def test_what_is_no_form(options: list[str], tmp_path: Path) -> None:
    write(tmp_path, relu())
    done = mflowc("check", "m.mflow", *options, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")


def test_concise_is_a_line_a_finding(tmp_path: Path) -> None:
    write(tmp_path, relu(), BODY)
    done = mflowc("check", "m.mflow", "--format", "concise", cwd=tmp_path)
    found = mflowc("check", "m.mflow", "--json", cwd=tmp_path).document["diagnostics"]
    assert len(found) == 3 and done.err == ""
    assert done.out.splitlines() == [
        f"m.mflow:{d['span']['line']}:{d['span']['column']}: error[{d['code']}]: {d['message']}"
        for d in found
    ]


def test_concise_without_a_place_and_with_hostile_text(tmp_path: Path) -> None:
    done = mflowc("check", "nix.mflow", "--format", "concise", cwd=tmp_path)
    assert done.out == "error[MF6106]: cannot read nix.mflow: No such file or directory\n"
    hostile = of("a\nb\x1b[2J", "m\n.mflow", severity=Severity.WARNING)
    assert render_concise([hostile]) == "m\\n.mflow:3:5: warning[MF1999]: a\\nb\\x1b[2J\n"


def test_sarif(tmp_path: Path) -> None:
    write(tmp_path, relu(), BODY)
    done = mflowc("check", "m.mflow", "--format", "sarif", cwd=tmp_path)
    run = sarif_run(done.out)
    assert done.err == "" and run["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]
    found = mflowc("check", "m.mflow", "--json", cwd=tmp_path).document["diagnostics"]
    assert [r["ruleId"] for r in run["results"]] == [d["code"] for d in found]
    key, unit, twice = run["results"]
    physical = key["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "m.mflow"}
    region = {"startLine": 6, "startColumn": 3, "endLine": 6, "endColumn": 11}
    assert physical["region"] == region and run["columnKind"] == "unicodeCodePoints"
    assert key["message"]["text"].endswith("\nhelp: did you mean `optimize`?")
    (fix,) = key["fixes"]
    assert fix["artifactChanges"][0]["replacements"] == [
        {"deletedRegion": region, "insertedContent": {"text": "optimize"}}
    ]
    assert len(unit["fixes"]) == 2
    assert twice["relatedLocations"][0]["message"] == {"text": "first given here"}
    rule = run["tool"]["driver"]["rules"][0]
    assert rule["help"]["markdown"].startswith(rule["shortDescription"]["text"])


def test_uris_are_relative_to_the_folder_of_the_command(tmp_path: Path) -> None:
    folder = tmp_path / "with blank"
    folder.mkdir()
    path = write(folder, unsupported())
    outside = tmp_path / "outside"
    outside.mkdir()
    for argument, cwd, expected in (
        (path, tmp_path, "with%20blank/m.mflow"),
        ("with blank/m.mflow", tmp_path, "with%20blank/m.mflow"),
        ("./m.mflow", folder, "m.mflow"),
        ("../with blank/m.mflow", outside, "../with%20blank/m.mflow"),
        (path, outside, f"file://{path.as_posix().replace(' ', '%20')}"),
    ):
        run = sarif_run(mflowc("check", argument, "--format", "sarif", cwd=cwd).out)
        located = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert located == {"uri": expected}


def test_a_bare_model_has_no_lines(tmp_path: Path) -> None:
    write(tmp_path, scores(3000), None)
    arguments = ("check", "m.tflite", "--target", "atmega328p", "--format")
    (result,) = sarif_run(mflowc(*arguments, "sarif", cwd=tmp_path).out)["results"]
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "m.tflite"}}}]
    assert "fixes" not in result
    shown = mflowc(*arguments, "github", cwd=tmp_path).out
    assert shown.startswith("::error file=m.tflite,title=MF5002 ")


def test_findings_without_a_place(tmp_path: Path) -> None:
    (result,) = sarif_run(mflowc("check", "nix.mflow", "--format", "sarif", cwd=tmp_path).out)[
        "results"
    ]
    assert result["locations"] == []
    shown = mflowc("check", "nix.mflow", "--format", "github", cwd=tmp_path).out
    assert shown.startswith("::error title=MF6106 cannot-read::cannot read nix.mflow")


def test_github(tmp_path: Path) -> None:
    path = write(tmp_path, relu(), BODY)
    done = mflowc("check", path, "--format", "github", cwd=tmp_path)
    assert done.err == ""
    assert done.out.splitlines()[0] == (
        "::error file=m.mflow,line=6,endLine=6,col=3,endColumn=10,title=MF2001 unknown-key"
        "::`optimise` is no key of `model`%0Ahelp: did you mean `optimize`?"
    )
    assert len(done.out.splitlines()) == 3


def test_github_escapes_what_would_be_understood() -> None:
    found = of("100%\r\n::error::x", "a,b:c%.mflow", severity=Severity.NOTE)
    assert render_github([found], "/") == (
        "::notice file=a%2Cb%3Ac%25.mflow,line=3,endLine=3,col=5,endColumn=8,title=MF1999 a-rule"
        "::100%25\\r%0A::error::x%0Ahelp: do this\n"
    )
    block = of("x", span=Span("m.mflow", 3, 5, 4, 2))
    assert "line=3,endLine=4,title" in render_github([block], "/")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=50)
@given(TEXT, TEXT.map(lambda t: f"{t}.mflow"), TEXT)
def test_no_text_breaks_a_form(message: str, path: str, more: str) -> None:
    edit = Edit(Span(path, 1, 1, 1, 2), more)
    label = Label(Span(path, 2, 1, 2, 2), more)
    found = of(message, path, labels=(label, label), notes=(more,), fixes=(Fix(more, (edit,)),))
    (line,) = render_github([found], "/").split("\n")[:-1]
    command = re.fullmatch(r"::error (file=.*?),line=3,endLine=3,col=5,endColumn=8,(.*?)::.*", line)
    assert command is not None and "," not in command[1] and ":" not in command[1]
    assert len(render_concise([found]).splitlines()) == 1
    run = sarif_run(render_sarif([found], "/nowhere", "1"))
    physical = run["results"][0]["locations"][0]["physicalLocation"]
    uri = physical["artifactLocation"]["uri"]
    assert re.fullmatch(r"[\w%./~:-]*", uri, re.ASCII)
    assert unquote(uri).removeprefix("file://").lstrip("/") in (
        path.lstrip("/"),
        path.removeprefix("./"),
    )


@pytest.mark.parametrize("form", FORMS[1:])
def test_our_bugs_keep_the_form(form: str, tmp_path: Path) -> None:
    write(tmp_path, relu())
    with patch("microflow.analysis.check", side_effect=RuntimeError("boom")):
        done = mflowc("check", "m.mflow", "--format", form, cwd=tmp_path)
    assert (done.code, done.err) == (3, "") and "MF9001" in done.out
    if form in ("json", "sarif"):
        json.loads(done.out)
