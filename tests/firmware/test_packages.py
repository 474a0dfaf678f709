"""What all packages have in common."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from microflow.dsl.schema import PACKAGES
from microflow.firmware import package, package_names

from ..need import need
from ..run_model import STRICT
from .packages import output, packed, write

FLAGS_IN_SOURCE = """\
/* There are no flags for one file here: fast loops, and floats rounded as the reference does. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2,fp-contract=off")
#endif
"""
FOLDERS = {"arduino": "src/", "platformio": "src/", "cmsis_pack": "source/"}


def test_the_language_offers_what_there_is() -> None:
    assert sorted(PACKAGES) == list(package_names())
    with pytest.raises(KeyError):
        package("keil")


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_is_a_record_named_like_its_module(name: str) -> None:
    record = package(name)
    assert record.name == name
    assert len(record.doc) > 20 and not record.doc.endswith(".")


@pytest.mark.parametrize("name", PACKAGES)
@pytest.mark.parametrize("model", ["quantised", "floating"])
def test_a_package_holds_the_same_c(name: str, model: str) -> None:
    """As the output folder does; where flags stand in the source, that is all that is added."""
    made = output(model=model)
    files = packed(name, made)
    folder = FOLDERS.get(name, "")
    wanted = [p for p in made.files if p.startswith("microflow/") or p in ("net.c", "net.h")]
    assert len(wanted) > 4
    for path in wanted:
        assert files[f"{folder}{path}"].replace(FLAGS_IN_SOURCE, "") == made.files[path]
    inside = FLAGS_IN_SOURCE in files[f"{folder}net.c"]
    assert inside == (name in ("arduino", "cmsis_pack"))


@pytest.mark.parametrize("name", PACKAGES)
def test_the_readme_is_short_and_says_all(name: str) -> None:
    text = packed(name)["README.md"]
    assert len(text.strip().splitlines()) <= 14
    for word in ("net_selftest()", "net_run()", "MF_ON_LAYER", "MF_SECTION_WEIGHTS", "-O2"):
        assert word in text
    without = packed(name, output(selftest=False))["README.md"]
    assert "There is no self-test" in without and "net_OK" not in without


@pytest.mark.parametrize("name", PACKAGES)
def test_every_file_carries_its_licence_and_no_path(name: str) -> None:
    for path, text in packed(name).items():
        if path not in ("library.json", "library.properties"):  # formats without comments
            assert "SPDX-License-Identifier: Apache-2.0 OR MIT" in text.partition("\n\n")[0], path
        assert not re.search(r"/(tmp|home|usr|root)/|20\d\d-\d\d", text.replace("/usr/local", ""))
        assert text.endswith("\n") and not re.search(r"[ \t]+$", text, re.M), path


@pytest.mark.parametrize("name", ["cmake", "make", "zephyr", "platformio", "cmsis_pack"])
@pytest.mark.parametrize("model", ["quantised", "floating"])
def test_the_example_is_clean_c_and_c_plus_plus(name: str, model: str, tmp_path: Path) -> None:
    files = packed(name, output(model=model))
    (main,) = (path for path in files if path.endswith("main.c"))
    write(files, tmp_path)
    include = ("-I", FOLDERS.get(name, "."))
    cxx = ("-std=c++11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-x", "c++")
    for command in ((need("gcc"), *STRICT), (need("g++"), *cxx)):
        subprocess.run([*command, *include, "-fsyntax-only", main], cwd=tmp_path, check=True)


def test_nothing_is_written_unasked() -> None:
    made = output()
    folders = {path.split("/")[0] for path in made.files if "/" in path}
    assert folders == {*PACKAGES, "microflow"}
