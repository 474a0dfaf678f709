"""What the documents show is true: manifests bind, commands exist, paths are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from microflow.analysis import Request, check
from microflow.cli import COMMANDS
from microflow.files import Disk, Overlay

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
)


def _manifests() -> list[tuple[str, str]]:
    """The whole manifests in the README, and where they would stand."""
    text = (ROOT / "README.md").read_text("utf-8")
    return [("README.md", m) for m in re.findall(r"```mflow\n(mflow 1\n.*?)```", text, re.DOTALL)]


def test_the_readme_shows_a_manifest() -> None:
    assert _manifests()


@pytest.mark.parametrize(("page", "text"), _manifests())
def test_a_manifest_in_a_page_compiles(page: str, text: str) -> None:
    path = str(ROOT / "examples" / "speech" / "shown.mflow")
    analysis = check(Request(path), Overlay({path: text.encode()}, Disk()))
    assert [d.message for d in analysis.diagnostics] == [], page
    assert analysis.results


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_in_a_page_exist(page: Path) -> None:
    known = {command.__name__ for command in COMMANDS}
    named = set(re.findall(r"^mflowc ([a-z]+)", page.read_text("utf-8"), re.MULTILINE))
    assert named <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_paths_in_a_page_are_there(page: Path) -> None:
    """Paths in backquotes that begin with a folder of the repository name something."""
    tops = "microflow|runtime_c|docs|tests|benchmarks|models|examples|tools|grammar"
    named = re.findall(rf"`((?:{tops})/[\w./-]*)`", page.read_text("utf-8"))
    missing = [n for n in named if not (ROOT / n).exists() and not list(ROOT.glob(f"{n}*"))]
    assert not missing


def test_every_command_of_the_makefile_is_explained() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony is not None
    for target in phony[1].split():
        assert re.search(rf"^{target}:.* ## .+$", text, re.MULTILINE), target
