"""The extension of VS Code: its own checks, its package, what it shares with the compiler."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from microflow.analysis import Request, check
from microflow.cli.console import distributed_version
from microflow.files import Disk, Overlay

from ..need import need_npm
from .playing import alone

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "editors" / "vscode"
MODEL = ROOT / "models" / "sine" / "sine.tflite"
PACKED = {
    "LICENSE.txt",
    "changelog.md",
    "dist/NOTICES.txt",
    "dist/extension.js",
    "language-configuration.json",
    "package.json",
    "readme.md",
    "snippets/mflow.json",
    "syntaxes/markdown.tmLanguage.json",
    "syntaxes/mflow.tmLanguage.json",
}
WRONG = 'mflow 1\nmodel wake {\n  source = "wake.tflite"\n  targets = [hosst]\n}\n'


def _npm(*arguments: str) -> str:
    need_npm()
    with alone():
        done = subprocess.run(
            [ROOT / "tools" / "npm", *arguments],
            env={**os.environ, "MFLOW_PYTHON": sys.executable},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _manifest() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / "package.json").read_text("utf-8"))
    return read


@pytest.mark.parametrize("script", ["types", "lint", "grammar"])
def test_checks_of_the_extension_pass(script: str) -> None:
    _npm("run", script)


def test_units_of_the_extension_pass() -> None:
    printed = _npm("run", "unit")
    counts = dict(re.findall(r"^. (tests|pass|skipped) (\d+)$", printed, re.MULTILINE))
    assert int(counts["tests"]) >= 19
    assert (counts["pass"], counts["skipped"]) == (counts["tests"], "0")


def test_what_is_packed(tmp_path: Path) -> None:
    package = tmp_path / "mflow.vsix"
    _npm("run", "package", "--", "--out", str(package))
    with zipfile.ZipFile(package) as packed:
        entries = [e for e in packed.infolist() if e.filename.startswith("extension/")]
        assert {e.filename.removeprefix("extension/") for e in entries} == PACKED
        assert {e.date_time[:3] for e in packed.infolist()} == {(1980, 1, 1)}
        code = packed.read("extension/dist/extension.js").decode()
    assert str(ROOT) not in code
    # What it starts and listens to is on this computer: no client of the web is in it.
    assert re.findall(r'require\("(?:node:)?(https?2?|tls|dgram)"\)', code) == []
    assert "fetch(" not in code


def test_its_version_is_that_of_the_compiler() -> None:
    assert _manifest()["version"] == distributed_version()


def test_the_lock_names_no_host() -> None:
    locked = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))["packages"]
    assert all("resolved" not in package for package in locked.values())
    assert all("integrity" in package for path, package in locked.items() if path)


def test_a_folder_without_trust_sets_nothing() -> None:
    manifest = _manifest()
    trust = manifest["capabilities"]["untrustedWorkspaces"]
    assert trust["supported"] == "limited"
    settings = manifest["contributes"]["configuration"]["properties"]
    harmless = {"mflow.inlayHints", "mflow.codeLens"}
    assert sorted(trust["restrictedConfigurations"]) == sorted(settings.keys() - harmless)


def test_every_command_is_registered() -> None:
    source = (FOLDER / "src" / "extension.ts").read_text("utf-8")
    registered = {f"mflow.{name}" for name in re.findall(r'command\("(\w+)"', source)}
    assert registered == {c["command"] for c in _manifest()["contributes"]["commands"]}


def _snippets() -> dict[str, str]:
    read = json.loads((FOLDER / "snippets" / "mflow.json").read_text("utf-8"))
    return {name: _expanded("\n".join(snippet["body"])) for name, snippet in read.items()}


def _expanded(body: str) -> str:
    """What stands there when all proposals of a snippet are taken."""
    chosen = re.sub(r"\$\{\d+\|([^,|]+)[^}]*\}", r"\1", body)
    return re.sub(r"\$\{\d+:([^}]*)\}", r"\1", chosen).replace("$0", "")


def _placed(name: str, text: str) -> str:
    """The snippet where it belongs, in a manifest that is whole."""
    source = f'source = "{MODEL.name}"\n  targets = [host]'
    model = f"model m {{\n  {source}\n}}\n"
    whole = {
        "Manifest": text,
        "Model": f"mflow 1\n{text}",
        "Memory": f"mflow 1\ntarget t : nrf52840 {{\n{text}\n}}\n{model}",
        **dict.fromkeys(("Target", "Arena"), f"mflow 1\n{text}\n{model}"),
    }
    return whole.get(name, f"mflow 1\nmodel m {{\n  {source}\n{text}\n}}\n")


@pytest.mark.parametrize("name", _snippets())
def test_snippets_compile(name: str) -> None:
    """Findings about the model are well: shapes and classes are the user's to fill in."""
    text = _placed(name, _snippets()[name]).replace("model.tflite", MODEL.name)
    path = str(MODEL.parent / "typed.mflow")
    found = check(Request(path), Overlay({path: text.encode()}, Disk())).diagnostics
    assert [d.message for d in found if d.rule.code < "MF3"] == []
    assert "$" not in text


def _matched(patterns: list[dict[str, Any]], printed: str) -> list[dict[str, str]]:
    """What VS Code reads: lines in a row that fit the patterns in turn."""
    lines = printed.splitlines()
    roles = ("file", "line", "column", "severity", "code", "message")
    found = []
    for start in range(len(lines)):
        rows = zip(patterns, lines[start:], strict=False)
        matches = [(p, re.search(p["regexp"], line, re.ASCII)) for p, line in rows]
        if len(matches) == len(patterns) and all(m for _, m in matches):
            found.append({r: m[p[r]] for p, m in matches if m for r in roles if r in p})
    return found


@pytest.mark.parametrize(
    ("matcher", "arguments"),
    [("mflow", ["check", "--format", "concise"]), ("mflow-full", ["build"])],
)
def test_problem_matchers_read_what_is_printed(
    tmp_path: Path, matcher: str, arguments: list[str]
) -> None:
    (tmp_path / "wake.mflow").write_text(WRONG, "utf-8")
    command, *options = arguments
    done = subprocess.run(
        [sys.executable, "-m", "microflow", command, "wake.mflow", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    contributed = _manifest()["contributes"]["problemPatterns"]
    pattern = next(p for p in contributed if p["name"] == matcher)
    read = _matched(pattern.get("patterns", [pattern]), done.stdout + done.stderr)
    assert {
        "file": "wake.mflow",
        "line": "4",
        "column": "14",
        "severity": "error",
        "code": "MF2013",
        "message": "there is no target `hosst`",
    } in read
    assert len(read) == 2
