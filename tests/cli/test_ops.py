"""``mflowc ops``."""

from __future__ import annotations

import subprocess
import sys

import pytest

from microflow.ops.reference import compared
from microflow.ops.registry import operators
from tests.cli.command import mflowc


def test_every_operator_as_data() -> None:
    results = mflowc("ops", "--format", "json").results
    assert results == mflowc("ops", "--json").results
    assert [r["operator"] for r in results] == [o.name for o in operators()]
    for result, operator in zip(results, operators(), strict=True):
        assert result["types"] == operator.types and result["tflm"] == compared(operator)
        kernels = [*operator.kernels, *operator.packed]
        assert [*dict.fromkeys(k["kernel"] for k in result["kernels"])] == kernels
        plain = {k["kernel"] for k in result["kernels"] if k["variant"] == "portable"}
        assert plain.isdisjoint(operator.packed)


def test_the_list() -> None:
    lines = mflowc("ops", "--format", "terminal").out.splitlines()
    rule = next(n for n, line in enumerate(lines) if line.startswith("---"))
    named = [line.split()[0] for line in lines[rule + 1 : lines.index("", rule)]]
    assert named == [o.name for o in operators()]
    assert lines[-1].startswith("ethos-u cannot be compiled: it is a stream of commands")


@pytest.mark.parametrize("name", ["SIGNAL_WINDOW", "SignalWindow", "signal_window"])
def test_one_operator(name: str) -> None:
    assert mflowc("ops", name).out == (
        "operator     SIGNAL_WINDOW\n"
        "custom       SignalWindow\n"
        "description  Signals weighted by a window. A custom operator of the signal library.\n"
        "types        int16\n"
        "inputs       2\n"
        "limits       Weights whose number does not divide that of the values.\n"
        "kernels      window_dynamic_s16: portable on every core\n"
        "             window_s16: portable on every core\n"
        "beside TFLM  as TFLM\n"
    )
    assert [r["custom"] for r in mflowc("ops", name, "--json").results] == ["SignalWindow"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("CONV_3D", "did you mean CONV_2D"),
        ("xyz", "lists all operators"),
        ("Ethos-U", "cannot be compiled: it is a stream"),
    ],
)
def test_no_operator(name: str, hint: str) -> None:
    done = mflowc("ops", name)
    assert done.code == 2 and hint in " ".join(done.err.replace("│", " ").split())


@pytest.mark.parametrize("command", [["--help"], ["ops", "EXP"]])
def test_only_what_is_asked_for_is_imported(command: list[str]) -> None:
    script = (
        "import sys\n"
        "from microflow.cli import main\n"
        f"sys.argv = ['mflowc', *{command!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([m for m in sys.modules if m.startswith('microflow.ops.conv')], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip().splitlines()[-1] == "[]"
