"""Jumps to computed addresses: which of them leave the static bound of the stack known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from microflow.resources import resource
from tests.toolchain.test_stack import bound

FUNCTION_TYPE = re.compile(
    r"\(\s*\*\s*(?:const\s+)?\w+\s*\)\s*\(|typedef[^;{}]*\w\s*\([^;{}]*\)\s*;"
)


def jumping(assembly: str) -> str:
    """Returns a function that ends with its label 2, behind `assembly`."""
    return (
        "__attribute__((naked, noinline)) int run(int x, int *at) {\n"
        f'  __asm__("{assembly}.balign 4; 2: movs r0, #1; add sp, #8; pop {{r4, pc}}");\n}}\n'
    )


PUSHED = "push {r4, lr}; adr r3, 2f; adds r3, #1; push {r3, r4}; "


@pytest.mark.parametrize(
    "jump",
    ["ldr pc, [sp]; ", "str r3, [r1]; ldr.w pc, [r1], #4; ", "str r3, [r1]; ldm r1, {r2, pc}; "],
)
def test_jumps_to_loaded_places_of_a_function(jump: str, tmp_path: Path) -> None:
    assert bound("cortex-m4", jumping(PUSHED + jump), tmp_path).bytes == 16


@pytest.mark.parametrize(
    "assembly",
    [
        "push {r2, r3, r4, lr}; ldr pc, [r1]; ",  # nothing says that it is a place of the function
        "push {r2, r3, r4, lr}; ldr r3, =hook; ldm r3, {r2, pc}; ",
        "adr r3, 2f; str r3, [r1]; ldr pc, [r1]; push {r2, r3, r4, lr}; ",  # may push again
        PUSHED + "bx r3; ",  # not loaded
    ],
)
def test_jumps_that_may_leave_a_function(assembly: str, tmp_path: Path) -> None:
    found = bound("cortex-m4", "int hook[2];\n" + jumping(assembly), tmp_path)
    assert found.bytes is None
    assert found.reason in {"jumps where memory says", "jumps where a register points"}


def test_kernels_have_no_function_pointers() -> None:
    assert FUNCTION_TYPE.search("void (*run)(int);")
    assert FUNCTION_TYPE.search("typedef uint32_t *mf_stage(const int8_t *const *rows,\n int n);")
    assert not FUNCTION_TYPE.search(
        "typedef struct {\n  int32_t (count);\n} mf_job;\nf(*rows + x(1));"
    )
    runtime = resource("runtime_c")
    headers = [runtime / "include", runtime / "kernels"]
    texts = {
        f"{at.parent.name}/{at.name}": at.read_text("utf-8")
        for folder in headers
        for at in folder.rglob("*.h")
    }
    plain = {name: re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) for name, text in texts.items()}
    assert len(plain) > 30
    assert [name for name, text in plain.items() if FUNCTION_TYPE.search(text)] == []
