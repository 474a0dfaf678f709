"""The compiler's view of a parameter struct is the C compiler's."""

from __future__ import annotations

import subprocess
from pathlib import Path

from microflow.codegen.contract import Field, contract, needs, struct_bytes, variant
from microflow.resources import resource

from ..need import need

_KERNELS = sorted(p.name for p in resource("runtime_c/kernels").iterdir())


def test_struct_sizes_are_those_of_the_compiler(tmp_path: Path) -> None:
    lines = ["#include <stdio.h>", '#include "mf_port.h"', '#include "mf_kernel.h"']
    lines += [f'#include "{header}"' for k in _KERNELS for header in needs(k)]
    lines += [f'#include "{k}/{h}.h"' for k in _KERNELS for h in ("contract", "portable")]
    lines += ["int main(void) {"]
    lines += [f'  printf("%zu\\n", sizeof(mf_{k}_params));' for k in _KERNELS]
    source = tmp_path / "sizes.c"
    source.write_text("\n".join([*lines, "}", ""]))
    program = tmp_path / "sizes"
    folders = [f"-I{resource('runtime_c/include')}", f"-I{resource('runtime_c/kernels')}"]
    subprocess.run([need("gcc"), "-std=c99", *folders, source, "-o", program, "-lm"], check=True)
    said = subprocess.run([program], capture_output=True, check=True, text=True).stdout.split()
    assert [int(n) for n in said] == [struct_bytes(contract(k), 8, 8) for k in _KERNELS]


def test_layout_follows_pointer_size_and_alignment() -> None:
    fields = (Field("a", "int8_t", False), Field("p", "int8_t", True), Field("n", "int16_t", False))
    assert struct_bytes(fields, pointer_bytes=8, max_align=8) == 24
    assert struct_bytes(fields, pointer_bytes=4, max_align=4) == 12
    assert struct_bytes(fields, pointer_bytes=2, max_align=1) == 5


def test_the_first_variant_of_the_core_wins() -> None:
    assert variant("conv2d_s8", ("nothing-has-this", "portable")) == "portable"
