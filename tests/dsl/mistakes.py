"""Manifests with one mistake: the text between ⟦ and ⟧ is the place that the finding must mark."""

from __future__ import annotations

from attrs import frozen

from microflow.diag import Diagnostic
from microflow.dsl.text import source_of

from .models import applied, run

HEAD = 'mflow 1\nmodel wake {\n  source = "models/wake.tflite"\n  targets = [host]\n'


@frozen
class Mistake:
    """A rule's code, a manifest with one mistake, and whether the first fix removes it."""

    code: str
    text: str
    fixed: bool = False
    says: str = ""

    @property
    def plain(self) -> str:
        """The manifest without the marks."""
        return self.text.replace("⟦", "").replace("⟧", "")


def inside(code: str, body: str, fixed: bool = False, says: str = "") -> Mistake:
    """Returns a mistake in the body of an otherwise good model."""
    return Mistake(code, f"{HEAD}  {body}\n}}\n", fixed, says)


def check(mistake: Mistake) -> Diagnostic:
    """Asserts that there is one finding: its code, its place, and that it has a next step."""
    _, found = run(mistake.plain)
    assert [d.rule.code for d in found] == [mistake.code], [d.message for d in found]
    finding = found[0]
    start = mistake.text.index("⟦")
    end = mistake.text.index("⟧") - 1
    assert finding.span == source_of(mistake.plain, "demo.mflow").span(start, end)
    assert finding.help
    assert mistake.says in f"{finding.message} | {finding.help}"
    assert bool(finding.fixes) or not mistake.fixed
    if mistake.fixed:
        _, left = run(applied(mistake.plain, finding.fixes[0]))
        assert left == (), [d.message for d in left]
    return finding
