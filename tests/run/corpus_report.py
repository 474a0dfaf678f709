"""Prints how many models of the corpus pass, and why the others are left out, as Markdown.

python -m tests.run.corpus_report [gcc|clang]
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path

from attrs import frozen

from ..need import corpus, corpus_entries, need_sanitizers
from ..run_model import SANITIZE, STRICT
from .corpus import Entry, analysed, outside, verified

_FLAGS = (*STRICT, "-O1", *SANITIZE)


@frozen
class _Outcome:
    """What came of one model: `kind` is a row of the summary, `detail` the reason."""

    kind: str
    detail: str
    exact: bool = True


PASSED, EXTRA, FAILED, SKIPPED = "passed", "passed, not required", "failed", "left out"


def main(compiler: str) -> None:
    """Verifies every model that compiles, under the strict flags and the sanitizers."""
    folder = corpus()
    outcomes = {e["name"]: _outcome(folder, e, need_sanitizers(compiler)) for e in corpus_entries()}
    print(f"# Corpus, {compiler} {' '.join(_FLAGS)}\n")
    for kind, count in Counter(o.kind for o in outcomes.values()).most_common():
        print(f"- {kind}: {count} of {len(outcomes)}")
    rounded = sorted(name for name, o in outcomes.items() if not o.exact)
    print(f"- passed within a bound rather than byte for byte: {', '.join(rounded) or 'none'}\n")
    by_reason = defaultdict(list)
    for name, outcome in outcomes.items():
        if outcome.kind in {SKIPPED, FAILED}:
            by_reason[f"{outcome.kind}: {outcome.detail}"].append(name)
    print("| why | models |\n| --- | --- |")
    for reason, names in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])):
        print(f"| {reason} | {len(names)}: {', '.join(names)} |")


def _outcome(folder: Path, entry: Entry, compiler: str) -> _Outcome:
    why = outside(entry)
    if why is not None and (not entry["tflm_accepts"] or not analysed(folder, entry).results):
        return _Outcome(SKIPPED, why)
    try:
        made = verified(folder, entry, _FLAGS, compiler)
    except AssertionError as failure:
        return _Outcome(FAILED, str(failure).splitlines()[0])
    exact = all(output.differing == 0 for v in made for output in v.outputs)
    return _Outcome(PASSED if why is None else EXTRA, "", exact)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "gcc")
