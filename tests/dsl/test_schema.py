"""The table of the language, and the pages of its rules."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys

import pytest

import microflow.dsl
from microflow.diag import Rule
from microflow.dsl.kinds import Key, Kind
from microflow.dsl.parse import parse
from microflow.dsl.schema import FILE, OPERATORS
from microflow.dsl.schema_ports import ELEMENT_TYPES
from microflow.graph.tensor import DType
from microflow.ops.registry import operators

from . import (
    test_model_rules,
    test_name_rules,
    test_overrides,
    test_project,
    test_syntax_rules,
    test_uses,
)
from .models import clean

KINDS = list(FILE.walk())
KEYS = [(kind, key) for kind in KINDS for key in kind.keys]


def _rules() -> dict[str, Rule]:
    modules = [m.name for m in pkgutil.iter_modules(microflow.dsl.__path__)]
    found: dict[str, Rule] = {}
    for name in modules:
        module = importlib.import_module(f"microflow.dsl.{name}")
        for value in vars(module).values():
            if isinstance(value, Rule):
                assert found.setdefault(value.code, value) is value, value.code
    return found


RULES = _rules()


def test_element_types_are_those_of_the_graph() -> None:
    assert sorted(ELEMENT_TYPES) == sorted(t.label for t in DType)


def test_the_operators_are_those_that_there_are() -> None:
    words = {operator.name.lower() for operator in operators() if not operator.custom}
    assert words <= set(OPERATORS)
    assert len(OPERATORS) == len(operators())


def test_only_memories_may_have_other_labels_than_those_that_are_offered() -> None:
    assert {k.name: (k.labels, k.open) for k in KINDS if k.labels or k.open} == {
        "memory": (("flash", "ram"), True)
    }


def test_names_are_unique_and_documented() -> None:
    for kind in KINDS:
        names = [k.name for k in kind.keys] + [b.name for b in kind.blocks]
        assert len(set(names)) == len(names)
        assert kind.doc.endswith(".")
        assert all(key.doc.endswith(".") for key in kind.keys)


@pytest.mark.parametrize(("kind", "key"), KEYS, ids=lambda x: x.name)
def test_defaults_examples_and_insertions_are_values_of_the_type(kind: Kind, key: Key) -> None:
    for text in (key.default, key.insert, *key.type.choices[:1], key.type.example):
        if not text or "…" in text:
            continue
        document, found = parse(f"mflow 1\nkey = {text}\n", "demo.mflow")
        assert found == ()
        value, findings = key.type.read(key.name, document.statements[0].value)  # type: ignore[union-attr]
        assert findings == ()
        assert value is not None
    assert kind.key(key.name) is key


def test_every_key_is_used_in_a_manifest_that_binds() -> None:
    clean(test_project.DEMO)
    unused = {k.name for _, k in KEYS if not re.search(rf"\b{k.name}\b", test_project.DEMO)}
    assert unused - set(OPERATORS) == {"order", "profile"}


def test_every_rule_is_provoked() -> None:
    mistakes = test_syntax_rules.MISTAKES + test_name_rules.MISTAKES + test_model_rules.MISTAKES
    mistakes = mistakes + test_overrides.MISTAKES + test_uses.MISTAKES
    provoked = {m.code for m in mistakes}
    elsewhere = {  # in tests of their own
        "MF1009",
        "MF1010",
        "MF1011",
        "MF1014",
        "MF1015",
        "MF2024",
        "MF2034",
        "MF2035",
        "MF2036",
        "MF2043",
        "MF3050",
        "MF3060",
        "MF3062",
        "MF3069",
        "MF3070",
    }
    assert provoked | elsewhere == set(RULES)
    assert not provoked & elsewhere


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda r: r.code)
def test_pages(rule: Rule) -> None:
    assert re.fullmatch(r"MF[123]\d{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    title, blank, *rest = rule.page.strip().splitlines()
    assert 8 <= len(title) <= 80
    assert not title.endswith(".")
    assert blank == ""
    text = "\n".join(rest)
    assert re.search(r"^```(mflow|sh)\n.+?\n```$", text, re.S | re.M)
    assert len(text) > 150
    assert max(map(len, rule.page.splitlines())) <= 100


def test_names_of_rules_are_unique() -> None:
    assert len({r.name for r in RULES.values()}) == len(RULES)


def test_nothing_heavy_is_imported() -> None:
    code = "import sys, microflow.dsl.bind, microflow.dsl.parse, microflow.dsl.format\n"
    code += "heavy = {'numpy', 'rich', 'jinja2', 'lsprotocol', 'tflite'} & set(sys.modules)\n"
    code += "assert not heavy, heavy"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_parser_knows_no_graph() -> None:
    code = "import sys, microflow.dsl.parse, microflow.dsl.format\n"
    code += "found = {m for m in sys.modules if m.startswith('microflow.')}\n"
    code += "known = ('dsl', 'diag', 'profiles', 'resources', 'targets')\n"
    code += "allowed = tuple('microflow.' + m for m in known)\n"
    code += "assert all(m.startswith(allowed) for m in found), found"
    subprocess.run([sys.executable, "-c", code], check=True)
