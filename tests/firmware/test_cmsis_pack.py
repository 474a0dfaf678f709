"""The CMSIS-Pack description: the rules of PACK.xsd that apply to it, and the files it lists."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .packages import output, packed, run, write

CATEGORIES = {"doc", "header", "include", "other", "sourceC"}  # of those the schema has, in use


def _package(files: dict[str, str], prefix: str = "net") -> ElementTree.Element:
    return ElementTree.fromstring(files[f"mflowc.{prefix}.pdsc"])


def test_the_description() -> None:
    package = _package(packed("cmsis_pack"))
    assert package.tag == "package"
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?", package.attrib["schemaVersion"])
    order = ["vendor", "name", "description", "url", "releases", "components"]
    assert [child.tag for child in package] == order
    assert package.findtext("vendor") == "mflowc" and package.findtext("name") == "net"
    (release,) = package.iterfind("releases/release")
    (component,) = package.iterfind("components/component")
    assert release.attrib["version"] == component.attrib["Cversion"] == "1.0.0"
    assert {"Cclass", "Cgroup", "Csub"} <= set(component.attrib)
    assert [child.tag for child in component] == ["description", "files"]


@pytest.mark.parametrize("prefix", ["net", "x" * 63])
def test_names_are_short_enough(prefix: str) -> None:
    package = _package(packed("cmsis_pack", output(prefix=prefix)), prefix)
    (component,) = package.iterfind("components/component")
    for part in ("Cclass", "Cgroup", "Csub"):
        assert re.fullmatch(r"[A-Za-z0-9_ -]{2,32}", component.attrib[part])


def test_every_file_is_listed_and_there() -> None:
    files = packed("cmsis_pack")
    listed = list(_package(files).iterfind("components/component/files/file"))
    assert {f.attrib["category"] for f in listed} == CATEGORIES
    names = [f.attrib["name"] for f in listed]
    assert len(set(names)) == len(names)
    folders = {f.attrib["name"] for f in listed if f.attrib["category"] == "include"}
    assert folders == {"source/"}
    assert sorted({*names} - folders) == sorted(set(files) - {"mflowc.net.pdsc"})
    (template,) = (f.attrib for f in listed if f.attrib.get("attr") == "template")
    assert template["select"] == "Run net"


def test_what_a_project_would_build(tmp_path: Path) -> None:
    """The sources of the component, with the folders it names to include from."""
    files = packed("cmsis_pack")
    listed = [f.attrib for f in _package(files).iterfind("components/component/files/file")]
    sources = [f["name"] for f in listed if f["category"] == "sourceC"]
    include = [f"-I{f['name']}" for f in listed if f["category"] == "include"]
    folder = write(files, tmp_path)
    run(["gcc", "-Os", "-Wall", "-Wextra", "-Werror", *include, *sources, "-o", "app"], folder)
    assert "net y[0] = " in run([folder / "app"], folder)
    flags = ["-mcpu=cortex-m4", "-mthumb", "-Os"]
    run(["arm-none-eabi-gcc", *flags, *include, "-c", "source/net.c"], folder)
