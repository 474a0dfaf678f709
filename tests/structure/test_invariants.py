"""The invariants of ARCHITECTURE.md that a look at the source can show."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from microflow.codegen.contract import needs
from microflow.ops.registry import operators

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "microflow"
MODULES = sorted(PACKAGE.rglob("*.py"))
KERNELS = sorted((ROOT / "runtime_c").rglob("*.h"))
TEMPLATES = sorted(PACKAGE.rglob("*.j2"))


def _calls(path: Path) -> list[tuple[str, int]]:
    """The names of everything a module calls, with the line."""
    tree = ast.parse(path.read_text("utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            found.append((name, node.lineno))
    return found


def _layer(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py")


def test_only_the_rim_touches_the_outside() -> None:
    effects = {"open", "write_text", "write_bytes", "mkdir", "unlink", "Popen", "system"}
    allowed = {"cli", "lsp", "verify", "toolchain"}  # verify builds and runs programs
    broken = [
        f"{path.relative_to(ROOT)}:{line} calls {name}"
        for path in MODULES
        if _layer(path) not in allowed
        for name, line in _calls(path)
        if name in effects
    ]
    assert not broken


def test_only_cli_and_render_print() -> None:
    broken = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in MODULES
        if _layer(path) not in {"cli", "render"}
        for name, line in _calls(path)
        if name == "print"
    ]
    assert not broken


def test_only_lsp_knows_the_protocol() -> None:
    broken = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if _layer(path) != "lsp" and re.search(r"\b(lsprotocol|pygls)\b", path.read_text("utf-8"))
    ]
    assert not broken


def test_operators_are_named_only_where_they_are_defined() -> None:
    tokens = {"EQUAL"}  # what the parser calls `=` in manifests
    names = {op.name for op in operators()} - tokens
    assert "CONV_2D" in names
    broken = []
    for path in MODULES:
        if _layer(path) == "ops":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and node.value in names:
                broken.append(f"{path.relative_to(ROOT)}:{node.lineno} names {node.value}")
    assert not broken


def test_an_operator_module_defines_the_operator_it_is_named_after() -> None:
    for op in operators():
        module = sys.modules[f"microflow.ops.{op.name.lower()}"]
        assert op is module.OPERATOR
        assert (ROOT / "tests" / "ops" / f"test_{op.name.lower()}.py").is_file(), op.name


def test_templates_decide_nothing() -> None:
    assert TEMPLATES
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        assert not re.search(r"{%-?\s*(set|macro|import|include|call)\b", text), path
        for expression in re.findall(r"{{(.*?)}}", text):
            plain = re.sub(r'".*?"', "", expression)
            assert not re.search(r"[-*/%]", plain), (path, expression)


def test_the_runtime_uses_only_what_it_may() -> None:
    allowed = {"<stddef.h>", "<stdint.h>", "<string.h>", "<math.h>", "<arm_mve.h>"}
    allowed |= {'"microflow_config.h"'}  # the application's own
    forbidden = r"\b(malloc|calloc|realloc|free|printf|puts|abort|exit|assert|errno)\s*\("
    for path in KERNELS:
        text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert set(re.findall(r"#include\s+(\S+)", text)) <= allowed, path
        assert not re.search(forbidden, text), path
        if "kernels" in path.parts:
            assert not re.search(r"#\s*(el)?if.*(__ARM|__AVR|__riscv|__xtensa|__x86)", text), path


def test_only_float_kernels_use_the_mathematics_library() -> None:
    for path in KERNELS:
        if "<math.h>" in path.read_text("utf-8"):
            assert "f32" in path.parent.name, path


def test_every_kernel_has_a_contract_and_plain_c() -> None:
    for folder in sorted((ROOT / "runtime_c" / "kernels").iterdir()):
        assert (folder / "contract.h").is_file(), folder
        assert (folder / "portable.h").is_file(), folder


def test_a_contract_names_the_headers_that_its_kernel_needs() -> None:
    every_unit_has = {"mf_port.h", "mf_kernel.h", "mf_band.h"}
    offered = re.compile(r"^(?:#define (MF_\w+)\(|MF_\w+ .*?\b(mf_\w+)\()", re.MULTILINE)
    homes = {
        name: path.name
        for path in sorted((ROOT / "runtime_c" / "include").glob("*.h"))
        if path.name not in every_unit_has
        for pair in offered.findall(path.read_text("utf-8"))
        for name in filter(None, pair)
    }
    assert homes["mf_run_offset"] == homes["MF_BROADCAST"] == "mf_broadcast.h"
    under = {name: _headers_of(_include(name), homes) - {name} for name in set(homes.values())}
    for folder in sorted((ROOT / "runtime_c" / "kernels").iterdir()):
        texts = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.h"))}
        used = {name: _headers_of(text, homes) for name, text in texts.items()}
        every = {header for headers in used.values() for header in headers}
        every |= {header for above in every for header in under[above]}
        for variant in texts.keys() - {"contract"}:
            named = set(needs(folder.name, variant))
            least = used["contract"] | used[variant]
            said = f"/* Needs {' and '.join(sorted(least))}. */"
            assert least <= named <= every, f"{folder.name}/{variant}.h has to say {said}"


def _include(name: str) -> str:
    return (ROOT / "runtime_c" / "include" / name).read_text("utf-8")


def _headers_of(text: str, homes: dict[str, str]) -> set[str]:
    """The headers whose names C uses."""
    plain = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return {homes[name] for name in re.findall(r"\w+", plain) if name in homes}


def test_every_file_of_c_carries_its_licence() -> None:
    for path in KERNELS:
        assert path.read_text("utf-8").startswith(
            "/* SPDX-License-Identifier: Apache-2.0 OR MIT */\n"
        ), path


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        (["--help"], ("numpy", "lsprotocol", "jinja2", "lark", "tflite")),
        (["explain", "--help"], ("numpy", "lsprotocol")),
    ],
)
def test_help_loads_nothing_heavy(command: list[str], heavy: tuple[str, ...]) -> None:
    script = (
        "import sys\n"
        "from microflow.cli import main\n"
        f"sys.argv = ['mflowc', *{command!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stderr.strip().splitlines()[-1] == "[]"
