"""Every rule is found, complete, and in the documentation; the generated pages are up to date."""

from __future__ import annotations

import importlib
import pkgutil
import re
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import microflow
from microflow import catalogue
from microflow.diag import Rule, Severity

ROOT = Path(__file__).parents[1]
RULES = catalogue.rules()


def test_scanning_finds_what_importing_finds() -> None:
    found: list[Rule] = []
    for module in pkgutil.walk_packages(microflow.__path__, "microflow."):
        if module.name == "microflow.__main__":
            continue
        values = vars(importlib.import_module(module.name)).values()
        found += [value for value in values if isinstance(value, Rule)]
    assert {rule.code: rule for rule in found} == {rule.code: rule for rule in RULES}


def test_codes_and_names_are_unique() -> None:
    declared = re.compile(r'= Rule\(\s*"(MF\d{4})",\s*"([a-z0-9-]+)"')
    texts = [p.read_text("utf-8") for p in (ROOT / "microflow").rglob("*.py")]
    pairs = [pair for text in texts for pair in declared.findall(text)]
    for position in (0, 1):
        counts = Counter(pair[position] for pair in pairs)
        assert [key for key, count in counts.items() if count > 1] == []
    assert len(pairs) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_complete(rule: Rule) -> None:
    assert re.fullmatch(r"MF[1-69]\d{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert 5 < len(rule.title) < 80 and not rule.title.endswith(".")
    paragraphs = rule.page.strip().split("\n\n")
    assert len(paragraphs) >= 3, "a page has a title, the cause, and the remedy"
    assert max(map(len, rule.page.splitlines())) <= 110
    assert catalogue.rule(rule.code) is rule


def test_only_what_stops_a_build_is_an_error() -> None:
    assert {rule.severity for rule in RULES} == set(Severity)


def test_an_unknown_code() -> None:
    assert catalogue.rule("MF0000") is None


def test_explaining_one_rule_loads_one_module() -> None:
    script = (
        "import sys; from microflow import catalogue\n"
        "assert catalogue.rule('MF6001').name == 'no-c-compiler'\n"
        "print([m for m in ('numpy', 'lark', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "[]\n"


def test_the_generated_pages_are_up_to_date() -> None:
    pages = runpy.run_path(str(ROOT / "docs" / "generate.py"))
    assert pages["stale"]() == [], "run: python docs/generate.py"


def test_the_page_of_rules_has_every_rule() -> None:
    text = (ROOT / "docs" / "rules.md").read_text("utf-8")
    for rule in RULES:
        assert f"\n## {rule.code} {rule.name}\n\n**{rule.title}**\n" in text
        assert f"[{rule.code}](#{rule.code.lower()}-{rule.name})" in text
