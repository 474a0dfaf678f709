"""Neovim, Emacs and Helix, with the configurations that docs/editors.md gives to users."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ..cli.models import scores
from ..need import need

ROOT = Path(__file__).parents[2]
EDITORS = ROOT / "editors"
HERE = Path(__file__).parent
GUIDE = (ROOT / "docs" / "editors.md").read_text("utf-8")
BIN = Path(sys.executable).parent

WRONG = """\
mflow 1
target board : nrf52840 { }
model wake {
  source = "wäke.tflite"
  targets = [board, nrf52840]
  bugdet { ram = 24KiB }
}
"""
RIGHT = """\
mflow 1
target mote : nrf52840 { }
model wake {
  source  = "wäke.tflite"
  targets = [mote, nrf52840]
  budget { ram = 24KiB }
}
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "wäke.tflite").write_bytes(scores())
    path = tmp_path / "work" / "wake.mflow"
    path.write_text(WRONG, "utf-8")
    return path


def _printed(command: list[str | Path], home: Path) -> str:
    """Runs an editor that knows nothing but `home`, with our server on its path."""
    env = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        **{f"XDG_{n}_HOME": str(home / n.lower()) for n in ("CONFIG", "DATA", "STATE", "CACHE")},
    }
    done = subprocess.run(
        command, env=env, cwd=home, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _guide(heading: str, language: str) -> str:
    """The example of a section of docs/editors.md."""
    section = GUIDE.partition(f"## {heading}")[2].partition("\n## ")[0]
    (example,) = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return str(example)


def test_neovim(tmp_path: Path, manifest: Path) -> None:
    own = BIN / "nvim"
    nvim = str(own) if own.exists() else need("nvim")
    folder = tmp_path / "config" / "nvim"
    (folder / "lsp").mkdir(parents=True)
    shutil.copy(EDITORS / "neovim" / "mflow.lua", folder / "lsp")
    (folder / "init.lua").write_text(_guide("Neovim", "lua"), "utf-8")
    printed = _printed([nvim, "--headless", "-n", manifest, "-S", HERE / "neovim.lua"], tmp_path)
    saw: dict[str, Any] = json.loads(printed[printed.index("{") :])
    assert saw["attached"] and saw["found"] and saw["mended"]
    assert (saw["filetype"], saw["name"], saw["encoding"]) == ("mflow", "mflow", "utf-8")
    assert (saw["code"], saw["line"], saw["column"]) == ("MF2002", 6, 3)
    assert saw["fix"] == "write `budget`"
    assert "chips to compile for" in saw["hover"]
    assert {"board", "nrf52840", "host"} <= set(saw["completed"])
    assert saw["lens"].startswith("board: ")
    assert saw["text"] == RIGHT


def test_emacs(tmp_path: Path, manifest: Path) -> None:
    emacs = need("emacs")
    init = tmp_path / "init.el"
    path = f'(add-to-list \'load-path "{EDITORS / "emacs"}")\n'
    init.write_text(path + _guide("Emacs", "elisp"), "utf-8")
    loaded = [piece for file in (init, HERE / "emacs.el") for piece in ("-l", file)]
    printed = _printed([emacs, "-Q", "--batch", "-L", _eglot(), *loaded, manifest], tmp_path)
    saw: dict[str, Any] = json.loads(printed.splitlines()[-1])
    assert saw["mode"] == "mflow-mode"
    assert saw["found"] == [[6, "MF2002"]]
    assert saw["text"] == RIGHT


def _eglot() -> Path:
    """Where Debian puts eglot for versions of Emacs that come without it."""
    packaged = sorted(Path("/usr/share/emacs/site-lisp/elpa").glob("eglot-*"))
    return packaged[-1] if packaged else EDITORS / "emacs"


def test_helix_is_configured() -> None:
    """Its file names a language and a server that starts; no registry of packages has Helix."""
    read = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text("utf-8"))
    (language,) = read["language"]
    assert (language["name"], language["file-types"]) == ("mflow", ["mflow"])
    (server,) = language["language-servers"]
    command = [BIN / read["language-server"][server]["command"]]
    helped = subprocess.run(
        [*command, *read["language-server"][server]["args"], "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "language server" in helped.stdout
