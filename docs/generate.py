"""Writes the pages of the documentation that come from the code: rules.md and operators.md.

python docs/generate.py            write them
python docs/generate.py --check    exit 1 where one is not up to date
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from microflow.catalogue import rules
from microflow.diag import Rule
from microflow.graph.ir import Operator
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


def pages() -> Mapping[str, str]:
    """Returns the text of every generated page, by file name."""
    return {"rules.md": _page(_rules()), "operators.md": _page(_operators())}


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
        f"The {len(known)} operators of TensorFlow Lite that can be compiled. Another form of one "
        "is an error (MF4010) that says what would work."
    )
    yield ""
    yield "| operator | types | inputs | what it covers |"
    yield "| --- | --- | --- | --- |"
    yield from (_operator_row(operator) for operator in known)


def _operator_row(operator: Operator) -> str:
    least, most = operator.arity
    count = str(least) if least == most else f"{least} to {most}"
    doc = " ".join(operator.doc.split()).replace("|", "\\|")
    return f"| {operator.name} | {operator.types} | {count} | {doc} |"


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
