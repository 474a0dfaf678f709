"""``mflowc explain`` and ``mflowc targets``."""

from __future__ import annotations

import re

import pytest

from microflow.catalogue import rules
from microflow.targets import load_target, target_names
from tests.cli.command import mflowc


def test_a_page() -> None:
    done = mflowc("explain", "MF5001")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "error[MF5001]: The model needs more than its budget (over-budget)"
    assert "    budget { ram = 16KiB }     # the model needs 17,204 bytes" in lines


def test_a_code_in_small_letters() -> None:
    assert mflowc("explain", "mf5001").out == mflowc("explain", "MF5001").out


def test_every_page_as_data() -> None:
    results = mflowc("explain", "--json").results
    assert [r["code"] for r in results] == [rule.code for rule in rules()]
    assert all(r["page"].startswith(r["title"]) and r["page"].endswith("\n") for r in results)
    assert mflowc("explain", "MF1001", "--json").results == results[:1]


def test_the_list() -> None:
    lines = mflowc("explain").out.splitlines()
    assert [line.split()[0] for line in lines[2:]] == [rule.code for rule in rules()]


@pytest.mark.parametrize(("code", "hint"), [("MF501", "did you mean MF5"), ("xyz", "lists all")])
def test_an_unknown_code(code: str, hint: str) -> None:
    done = mflowc("explain", code)
    assert done.code == 2 and hint in " ".join(done.err.replace("│", " ").split())


def test_the_targets() -> None:
    results = mflowc("targets", "--json").results
    assert tuple(r["target"] for r in results) == target_names()
    assert all(r["core"] and "portable" in r["kernels"] for r in results)
    lines = mflowc("targets").out.splitlines()
    assert tuple(line.split()[0] for line in lines[2:]) == target_names()


def test_one_target() -> None:
    (result,) = mflowc("targets", "host", "--json").results
    assert (result["target"], result["flash"], result["ram"]) == ("host", None, None)
    shown = mflowc("targets", "host").out
    assert "flash        unlimited\n" in shown and "core         " + result["core"] in shown


@pytest.mark.parametrize("name", [name for name in target_names() if name != "host"])
def test_every_target_says_what_compiles_and_plays_it(name: str) -> None:
    core = load_target(name).core
    assert core.compiler is not None
    (result,) = mflowc("targets", name, "--json").results
    assert result["compiler"].split()[0] == core.compiler.gcc
    assert result["emulated_as"].startswith(core.name)
    shown = mflowc("targets", name).out
    for said in (result["compiler"], result["emulated_as"], *core.compiler.packages, "clock"):
        assert said in shown
    assert re.search(r"^ +with flash of \d+ KiB at 0x[0-9a-f]{8}, RAM of \d+ KiB at", shown, re.M)


def test_an_unknown_target() -> None:
    done = mflowc("targets", "hots")
    assert done.code == 2 and "did you mean host?" in done.err
