"""Mutated manifests by the thousand, and independent mistakes in one manifest."""

from __future__ import annotations

import random

import pytest

from microflow.dsl.text import source_of

from . import test_model_rules, test_name_rules, test_syntax_rules
from .mistakes import HEAD, Mistake
from .models import GRAPHS, run
from .mutants import check_findings, check_format, mutant
from .test_format import NEAT, UGLY
from .test_project import DEMO

TEXTS = (DEMO, UGLY, NEAT, *(f"mflow 1\n{part}" for part in DEMO.split("\n\n")[1:]))
MODULES = (test_syntax_rules, test_name_rules, test_model_rules)
ALONE = tuple(  # mistakes inside of a model, which can stand beside others
    mistake
    for module in MODULES
    for mistake in module.MISTAKES
    if mistake.text.startswith(HEAD) and "\nmodel" not in mistake.text.removeprefix(HEAD)
    if mistake.text.endswith("}\n")
)


def _play(seed: int, count: int, formatted: int = 1) -> None:
    """Plays mutants from number `seed` on; each `formatted`-th is laid out too, which is slow."""
    for number in range(seed, seed + count):
        text = mutant(random.Random(number), TEXTS)
        try:
            check_findings(text, run(text, GRAPHS)[1])
            if number % formatted == 0:
                check_format(text)
        except Exception as error:
            raise AssertionError(f"mutant {number}: {error!r}\n{text!r}") from error


def test_two_thousand_mutants() -> None:
    _play(0, 2_000, formatted=4)


@pytest.mark.full
@pytest.mark.parametrize("part", range(10))
def test_a_hundred_thousand_mutants(part: int) -> None:
    _play(part * 10_000, 10_000)


def test_three_mistakes_are_three_findings() -> None:
    _three(random.Random(0), 150)


@pytest.mark.full
def test_any_three_mistakes_are_three_findings() -> None:
    _three(random.Random(1), 10_000)


def _three(chance: random.Random, count: int) -> None:
    assert len(ALONE) > 150
    for _ in range(count):
        text, expected = "mflow 1\n", list[tuple[str, int, int]]()
        for number, mistake in enumerate(chance.sample(ALONE, 3)):
            model = _model(mistake, number)
            start, end = model.index("⟦"), model.index("⟧") - 1
            expected.append((mistake.code, len(text) + start, len(text) + end))
            text += model.replace("⟦", "").replace("⟧", "")
        source = source_of(text, "demo.mflow")
        spans = [(code, source.span(start, end)) for code, start, end in expected]
        assert [(d.rule.code, d.span) for d in run(text)[1]] == spans, text


def _model(mistake: Mistake, number: int) -> str:
    """The model of a mistake under a name of its own."""
    body = mistake.text.removeprefix("mflow 1\n")
    return body.replace("model wake {", f"model wake{number} {{", 1)
