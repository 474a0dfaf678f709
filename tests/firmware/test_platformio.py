"""The PlatformIO library: the rules of library.json, and the build that they ask for."""

from __future__ import annotations

import configparser
import json
import re
from pathlib import Path
from typing import Any

import pytest

from .packages import output, packed, run, write

FIELDS = {
    "name", "version", "description", "keywords", "homepage", "repository", "authors", "license",
    "frameworks", "platforms", "headers", "dependencies", "export", "scripts", "build", "examples",
}  # fmt: skip
BUILD = {
    "flags", "unflags", "includeDir", "srcDir", "srcFilter", "extraScript", "libArchive",
    "libLDFMode", "libCompatMode", "builder",
}  # fmt: skip
LICENCES = {"Apache-2.0", "MIT"}


def broken_rules(library: dict[str, Any], files: dict[str, str]) -> list[str]:
    """Returns what a library.json has wrong, by the rules of PlatformIO Core's manifest schema."""
    examples = library.get("examples", [])
    listed = [f"{e['base']}/{path}" for e in examples for path in e["files"]]
    rules = {
        "an unknown field": set(library) <= FIELDS,
        "the name": re.fullmatch(r"[^:;/,@<>]{1,100}", library.get("name", "")),
        "no semantic version": re.fullmatch(r"\d+\.\d+\.\d+", library.get("version", "")),
        "the description": 0 < len(library.get("description", "")) <= 1000,
        "a keyword": all(re.fullmatch(r"[a-z\d_+. -]{1,50}", k) for k in library["keywords"]),
        "the licence": set(re.split(" OR | AND ", library.get("license", ""))) <= LICENCES,
        "frameworks or platforms": library["frameworks"] == library["platforms"] == "*",
        "a header is not there": f"src/{library['headers']}" in files,
        "an unknown field of build": set(library["build"]) <= BUILD,
        "the name of an example": all(re.fullmatch(r"[\w/. -]+", e["name"]) for e in examples),
        "a file of an example is not there": listed and all(path in files for path in listed),
    }
    return [rule for rule, kept in rules.items() if not kept]


@pytest.mark.parametrize("model", ["quantised", "floating"])
def test_the_rules(model: str) -> None:
    files = packed("platformio", output(model=model))
    library = json.loads(files["library.json"])
    assert broken_rules(library, files) == []
    assert ("-lm" in library["build"]["flags"]) == (model == "floating")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"name": "a/b"}, "the name"),
        ({"version": "1"}, "no semantic version"),
        ({"keywords": ["Neural"]}, "a keyword"),
        ({"license": "free"}, "the licence"),
        ({"colour": "red"}, "an unknown field"),
        ({"headers": "x.h"}, "a header is not there"),
    ],
)
def test_the_checker_sees_mistakes(change: dict[str, Any], rule: str) -> None:
    files = packed("platformio")
    assert broken_rules({**json.loads(files["library.json"]), **change}, files) == [rule]


def test_the_build_that_the_flags_ask_for(tmp_path: Path) -> None:
    """As PlatformIO builds: the library from src with its flags, the example without them."""
    package = write(packed("platformio", output(model="floating")), tmp_path / "net")
    build = json.loads((package / "library.json").read_text())["build"]
    own = [flag for flag in build["flags"] if flag != "-lm"]
    run(["gcc", *own, "-c", "src/net.c", "-o", "net.o"], package)
    run(["gcc", "-Isrc", "examples/run/src/main.c", "net.o", "-lm", "-o", "program"], package)
    assert "net y[0] = " in run([package / "program"], package)


def test_the_example_finds_the_library(tmp_path: Path) -> None:
    package = write(packed("platformio"), tmp_path / "lib" / "net")
    project = configparser.ConfigParser(delimiters=("=",))
    project.read(package / "examples/run/platformio.ini")
    assert dict(project["env:native"])["platform"] == "native"
    above = package / "examples/run" / project["env:native"]["lib_extra_dirs"]
    assert (above / "net" / "library.json").is_file()
