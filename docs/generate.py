"""Writes the pages of the documentation that come from the code: rules, operators and language.

python docs/generate.py            write them
python docs/generate.py --check    exit 1 where one is not up to date
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from microflow.catalogue import rules
from microflow.diag import Rule
from microflow.dsl.examples import EXAMPLES
from microflow.dsl.kinds import Key, Kind
from microflow.dsl.schema import EDITION, FILE
from microflow.dsl.units import FREQUENCY, LSB, SIZE, TIME, Measure
from microflow.graph.ir import Operator
from microflow.ops.reference import AS_TFLM, BUILTIN, CUSTOM, NOT_COMPILED, compared
from microflow.ops.registry import operators

FOLDER = Path(__file__).parent
_NOTE = "<!-- Written by docs/generate.py from the code: change it there. -->"
_GROUPS = {
    "1": "Syntax",
    "2": "Names and types",
    "3": "Models",
    "4": "Operators",
    "5": "Memory and time",
    "6": "Files, generation and toolchain",
    "9": "Bugs of ours",
}
_TFLM = f"""
## Beside TensorFlow Lite Micro

TensorFlow Lite Micro (TFLM) has {len(BUILTIN)} builtin operators and {len(CUSTOM)} custom ones.
What is compiled of them gives its results byte for byte, or within a bound where functions of the
mathematics library take part (`docs/numerics.md`). Of these operators more is compiled than TFLM
takes; every form that is named was given to its interpreter, which failed.

| operator | beside TFLM |
| --- | --- |""".splitlines()
_LIMITS = """
## Limits and kernels

What is refused beside other types, and the kernels in `runtime_c/kernels/` that an operator is
lowered to. Without kernels, the output is a constant, or the bytes of the input, or subgraphs make
it. Behind a semicolon stand kernels with packed parameters, which only some cores have
(docs/kernels.md). A core uses the first variant of a kernel that its description lists
(`mflowc targets NAME`); `mflowc ops OPERATOR` tells which those are.

| operator | refused | kernels |
| --- | --- | --- |""".splitlines()


_INTRODUCTION = f"""\
# The language

A manifest, a file `*.mflow`, says which model goes to which chip within which budget, and what the
application sees of it. This page comes from the table that the compiler and the editor read too.

- The first statement is `mflow {EDITION}`, the edition of the language.
- `name = value` gives a key its value; `kind label {{ … }}` is a block. A statement ends with its
  line or with `;`. `#` begins a comment.
- Bare words are choices and names; paths and text stand in double quotes; lists in square brackets.
- Paths are relative to the file in which they stand, with `/` on every system.
- `model fan : wake {{ … }}` inherits: what the block does not say holds as its parent says. Blocks
  without a label are merged key by key. Giving any `input` replaces all inherited inputs; so it is
  with every kind of block that has a label.
- A target may have limits of its own: `on board {{ budget {{ ram = 8KiB }} }}`.
- `mflowc fmt` lays a manifest out, `mflowc init MODEL.tflite` writes one."""


def pages() -> Mapping[str, str]:
    """Returns the text of every generated page, by file name."""
    return {
        "rules.md": _page(_rules()),
        "operators.md": _page(_operators()),
        "language.md": _page(_language()),
    }


def stale() -> list[str]:
    """Returns the names of the pages that differ from what is on disk."""
    return [name for name, text in pages().items() if _present(FOLDER / name) != text]


def _present(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""


def _page(lines: Iterator[str]) -> str:
    return "\n".join([_NOTE, "", *lines]) + "\n"


def _rules() -> Iterator[str]:
    known = rules()
    yield "# Diagnostics"
    yield ""
    yield "What `mflowc` and the editor report. `mflowc explain CODE` prints the same pages."
    for digit, title in _GROUPS.items():
        group = [rule for rule in known if rule.code[2] == digit]
        if group:
            yield from (
                "",
                f"## {title}",
                "",
                "| code | severity | meaning |",
                "| --- | --- | --- |",
            )
            yield from (_rule_row(rule) for rule in group)
    for rule in known:
        yield from _rule_page(rule)


def _rule_row(rule: Rule) -> str:
    return f"| [{rule.code}](#{_anchor(rule)}) | {rule.severity.value} | {rule.title} |"


def _rule_page(rule: Rule) -> Iterator[str]:
    body = rule.page.strip().partition("\n")[2].strip()
    yield from ("", f"## {rule.code} {rule.name}", "", f"**{rule.title}**", "", body)


def _anchor(rule: Rule) -> str:
    """The anchor that GitHub gives the heading of the rule's page."""
    return f"{rule.code} {rule.name}".lower().replace(" ", "-")


def _operators() -> Iterator[str]:
    known = operators()
    yield "# Operators"
    yield ""
    yield (
        f"The {len(known)} operators that can be compiled. Another form of one is an error "
        "(MF4010) that says what would work. `mflowc ops` lists them, `mflowc ops CONV_2D` tells "
        "all of one."
    )
    yield ""
    yield "| operator | types | inputs | what it covers |"
    yield "| --- | --- | --- | --- |"
    yield from (_operator_row(operator) for operator in known)
    yield from _TFLM
    yield from (_compared_row(operator) for operator in known if compared(operator) != AS_TFLM)
    yield from ("", "Not compiled:", "")
    yield from (f"- `{name}`: {why}." for name, why in NOT_COMPILED.items())
    yield from _LIMITS
    yield from (_limits_row(operator) for operator in known)


def _operator_row(operator: Operator) -> str:
    doc = _cell(" ".join(operator.doc.split()))
    return f"| {operator.name} | {operator.types} | {operator.inputs} | {doc} |"


def _compared_row(operator: Operator) -> str:
    return f"| {operator.name} | {_cell(compared(operator))} |"


def _limits_row(operator: Operator) -> str:
    named = (", ".join(f"`{k}`" for k in group) for group in (operator.kernels, operator.packed))
    kernels = "; ".join(filter(None, named))
    return f"| {operator.name} | {_cell(operator.limits)} | {kernels} |"


def _language() -> Iterator[str]:
    yield _INTRODUCTION
    yield from ("", "## Units", "", "A number's unit stands directly behind it.", "")
    yield from ("| kind | units |", "| --- | --- |")
    yield from (_unit_row(measure) for measure in (SIZE, TIME, FREQUENCY, LSB))
    homes: dict[str, tuple[Kind, list[str]]] = {}
    for kind in FILE.walk():
        for block in kind.blocks:
            homes.setdefault(block.name, (block, []))[1].append(kind.name)
    yield from _section(FILE, [])
    for kind, places in homes.values():
        yield from _section(kind, list(dict.fromkeys(places)))


def _section(kind: Kind, homes: list[str]) -> Iterator[str]:
    yield from ("", f"## {kind.name}", "", kind.doc, *_standing(kind, homes))
    yield from ("", "```mflow", EXAMPLES[kind.name].rstrip(), "```")
    if kind.keys:
        yield from ("", "| key | value | default | |", "| --- | --- | --- | --- |")
        yield from (_key_row(key) for key in kind.keys)
    for word in kind.words:
        yield from ("", f"`{word.name} {word.type.example}`: {word.doc}")


def _standing(kind: Kind, homes: list[str]) -> Iterator[str]:
    facts = []
    if homes:
        facts.append(f"Stands in {' and in '.join(f'[{home}](#{home})' for home in homes)}.")
    if kind.label:
        facts.append(f"The label is the name of {kind.label}.")
    if kind.parent:
        need = "has to" if kind.parent_required else "may"
        facts.append(f"It {need} inherit from a {kind.parent}: `{kind.name} NAME : PARENT`.")
    if kind.blocks:
        inside = ", ".join(f"[{block.name}](#{block.name})" for block in kind.blocks)
        facts.append(f"Blocks inside: {inside}.")
    if facts:
        yield from ("", " ".join(facts))


def _key_row(key: Key) -> str:
    default = "**required**" if key.required else f"`{key.default}`" if key.default else ""
    return f"| `{key.name}` | {_value(key)} | {default} | {_cell(key.doc)} |"


def _value(key: Key) -> str:
    choices = key.type.choices
    if key.type.example in choices:
        return ", ".join(f"`{choice}`" for choice in choices)
    return f"{_cell(key.type.noun)}: `{_cell(key.type.example)}`"


def _unit_row(measure: Measure) -> str:
    return f"| {measure.noun} | {', '.join(f'`{unit}`' for unit in measure.units)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Writes the pages, or checks them."""
    if "--check" in sys.argv[1:]:
        for name in stale():
            print(f"docs/{name} is not up to date: run 'python docs/generate.py'", file=sys.stderr)
        return 1 if stale() else 0
    for name, text in pages().items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
