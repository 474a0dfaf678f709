"""docs/json.md: its examples have the fields that the commands print, and explain each of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import mflowc
from tests.cli.models import scores, unsupported, write
from tests.need import need, need_core

PAGE = (Path(__file__).parents[2] / "docs" / "json.md").read_text("utf-8")
EXAMPLES: dict[str, Any] = {
    name: json.loads(text) for name, text in re.findall(r"```json (\w+)\n(.*?)```", PAGE, re.DOTALL)
}
COMMANDS = (
    "check",
    "fmt",
    "build",
    "run",
    "verify",
    "bench",
    "report",
    "explore",
    "inspect",
    "init",
    "explain",
    "targets",
    "ops",
)
DECODE = '  output p { labels = ["a", "b", "c"]; decode = argmax }\n'
ARGUMENTS = {
    "run": ["x.csv"],
    "verify": ["--count", "1"],
    "bench": ["--on", "cortex-m4"],
    "explore": ["--target", "nrf52840"],  # this computer's time is not modelled
    "init": ["--force"],
}


def form(value: Any) -> Any:
    """The names of all fields with the types of their values; of a list, its first element's."""
    if isinstance(value, dict):
        return {key: form(each) for key, each in value.items()}
    if isinstance(value, list):
        return [form(value[0])] if value else []
    return type(value).__name__


def printed(command: str, folder: Path) -> Any:
    subject = {"inspect": "m.tflite", "init": "m.tflite", "explain": "MF5001", "targets": "host"}
    subject |= {"ops": "EXP"}
    arguments = [subject.get(command, "m.mflow"), *ARGUMENTS.get(command, [])]
    return mflowc(command, *arguments, "--json", cwd=folder).results[0]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CC", need("gcc"))
    write(tmp_path, scores(), DECODE)
    (tmp_path / "x.csv").write_text("1,2,3\n")
    return tmp_path


def test_there_is_an_example_for_every_command() -> None:
    assert set(EXAMPLES) == {*COMMANDS, "diagnostic"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_has_the_fields_of_the_command(command: str, folder: Path) -> None:
    if command in ("bench", "build"):
        need_core("cortex-m4")
    result, example = printed(command, folder), EXAMPLES[command]
    if command == "build":  # this computer has no bound
        arguments = ("build", "m.mflow", "--target", "cortex-m4", "--out", "m4", "--json")
        result["stack_bound"] = mflowc(*arguments, cwd=folder).results[0]["stack_bound"]
    if command in ("build", "report"):
        example = {**EXAMPLES["check"], **example}
    if command == "inspect":  # tensors of operators have the form of the model's
        tensors = [t for op in result["operators"] for t in (*op["inputs"], *op["outputs"])]
        assert {json.dumps(form(t)) for t in tensors} == {json.dumps(form(example["inputs"][0]))}
        result["operators"] = [{**op, "inputs": [], "outputs": []} for op in result["operators"]]
    assert form(result) == form(example)


def test_the_example_of_a_diagnostic(tmp_path: Path) -> None:
    write(tmp_path, unsupported(), "  optimise = ram\n")
    found = mflowc("check", "m.mflow", "--json", cwd=tmp_path).document["diagnostics"]
    example = EXAMPLES["diagnostic"]
    assert all(list(d) == list(example) for d in found)
    fixed = next(d for d in found if d["fixes"])
    assert form(fixed["fixes"]) == form(example["fixes"])
    assert form(fixed["span"]) == form(example["span"]) == form(example["labels"][0]["span"])


def test_every_field_is_explained() -> None:
    def fields(value: Any) -> set[str]:
        if isinstance(value, list):
            return {name for each in value for name in fields(each)}
        if isinstance(value, dict):
            return set(value) | {name for each in value.values() for name in fields(each)}
        return set()

    tables = "\n".join(line for line in PAGE.splitlines() if line.startswith("| "))
    explained = set(re.findall(r"`([a-z_0-9]+)`", tables))
    assert not fields(EXAMPLES) - explained - set(EXAMPLES)
