"""``mflowc report``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.assemble import N, T, assemble
from tests.cli.command import mflowc
from tests.cli.models import scores, unsupported, write
from tests.cli.test_json_docs import EXAMPLES, form
from tests.cli.test_main import environment
from tests.render.pages import Element, read

EVIL = '</title><script>alert(1)</script>"\x1b[2J\u202e'
SAME = {"strideW": 1, "strideH": 1, "padding": "SAME"}
BY_FOUR = {"strideW": 4, "strideH": 4}


def pictures(name: str = "image") -> bytes:
    """Pictures of 16 x 16 that get wide, then small: less memory row by row. Then a softmax."""
    wide, small = np.ones((32, 1, 1, 4), np.int8), np.ones((8, 3, 3, 32), np.int8)
    tensors = [
        T(name, "int8", (1, 16, 16, 4), scale=0.5),
        T("wide/w", "int8", wide.shape, scales=[0.25] * 32, axis=0, data=wide),
        T("wide/b", "int32", (32,), scales=[0.125] * 32, axis=0, data=[0] * 32),
        T("wide", "int8", (1, 16, 16, 32), scale=0.5),
        T("small/w", "int8", small.shape, scales=[0.25] * 8, axis=0, data=small),
        T("small/b", "int32", (8,), scales=[0.125] * 8, axis=0, data=[0] * 8),
        T("small", "int8", (1, 4, 4, 8), scale=0.5),
        T("flat", "int8", (1, 128), scale=0.5),
        T("scores", "int8", (1, 128), scale=1 / 256, zero_point=-128),
        T("shape", "int32", (2,), data=[1, 128]),
    ]
    nodes = [
        N("CONV_2D", [name, "wide/w", "wide/b"], ["wide"], SAME),
        N("CONV_2D", ["wide", "small/w", "small/b"], ["small"], {**SAME, **BY_FOUR}),
        N("RESHAPE", ["small", "shape"], ["flat"]),
        N("SOFTMAX", ["flat"], ["scores"], {"beta": 1.0}),
    ]
    return assemble(tensors, nodes, [name], ["scores"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, pictures(), "  budget { ram = 16KiB }\n")
    return tmp_path


def reported(folder: Path, *options: str) -> dict[str, Any]:
    (result,) = mflowc("report", "m.mflow", *options, "--json", cwd=folder).results
    return dict(result)


def page(folder: Path, name: str = "m.html") -> Element:
    return read((folder / name).read_text("utf-8"))


class TestData:
    """`--json`."""

    def test_it_is_what_check_says_and_the_plan(self, folder: Path) -> None:
        (checked,) = mflowc("check", "m.mflow", "--json", cwd=folder).results
        result = reported(folder)
        assert {key: result[key] for key in checked} == checked
        assert result["budget"] == {"flash": None, "ram": 16384, "stack": None, "latency": None}
        assert result["chip"] == {"description": "this computer", "core": "x86-64", "clock": None}
        assert result["plan"]["goal"] == "balanced" and result["out"] is None
        assert reported(folder, "--optimize", "latency")["plan"]["goal"] == "latency"

    def test_layers(self, folder: Path) -> None:
        layers = reported(folder)["layers"]
        assert [la["operator"] for la in layers] == ["CONV_2D", "CONV_2D", "RESHAPE", "SOFTMAX"]
        assert [la["view"] for la in layers] == [False, False, True, False]
        assert layers[1]["inputs"] == [
            {"tensor": 3, "name": "wide", "type": "int8", "shape": [1, 16, 16, 32], "bytes": 8192}
        ]
        assert layers[0]["macs"] == 16 * 16 * 32 * 4
        assert layers[2]["kernels"] == []

    def test_steps_buffers_and_rings_have_the_documented_form(self, folder: Path) -> None:
        plan, example = reported(folder, "--optimize", "ram")["plan"], EXAMPLES["report"]["plan"]
        band = next(s for s in plan["steps"] if s["kind"] == "band")
        assert form({**band, "streamed": ""}) == form(example["steps"][1])
        assert band["operators"] == [0, 1] and band["rings"][0]["name"] == "wide"
        assert {form_of(b) for b in plan["buffers"]} <= {
            form_of(example["buffers"][0]),
            form_of({**example["buffers"][0], "tensor": None}),
        }
        (ring,) = band["rings"]
        area = next(b for b in plan["buffers"] if b["kind"] == "band")
        assert area["offset"] <= ring["offset"]
        assert ring["offset"] + ring["bytes"] <= area["offset"] + area["bytes"]

    def test_one_plan_of_the_front_is_chosen(self, folder: Path) -> None:
        plan = reported(folder)["plan"]
        (chosen,) = (c for c in plan["front"] if c["chosen"])
        assert chosen["arena_bytes"] == plan["arena_bytes"] and len(plan["front"]) > 1
        arenas = [c["arena_bytes"] for c in plan["front"]]
        calls = [c["row_calls"] for c in plan["front"]]
        assert arenas == sorted(arenas) and calls == sorted(calls, reverse=True)


def form_of(value: Any) -> str:
    return json.dumps(form(value), sort_keys=True)


class TestTerminal:
    """Without an option."""

    def test_what_it_shows(self, folder: Path) -> None:
        done = mflowc("report", "m.mflow", cwd=folder)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("m on host\n") and "Fits its budget\n" in done.out
        result = reported(folder)
        assert f"The arena takes {result['arena_bytes']:,} bytes" in done.out
        assert "<- peak" in done.out and "RESHAPE" in done.out
        assert done.out.isascii() and "\x1b" not in done.out

    def test_each_result_has_its_part(self, folder: Path) -> None:
        path = folder / "m.mflow"
        path.write_text(path.read_text().replace("[host]", "[host, nrf52840]"))
        out = mflowc("report", "m.mflow", cwd=folder).out
        assert "m on host\n" in out and "\n\nm on nrf52840\n" in out
        assert "m on host" not in mflowc("report", "m.mflow", "-t", "nrf52840", cwd=folder).out

    def test_a_bare_model(self, folder: Path) -> None:
        assert mflowc("report", "m.tflite", cwd=folder).out.startswith("m on host\n")


class TestPage:
    """`--out`."""

    def test_every_buffer_is_on_the_map_and_in_the_table(self, folder: Path) -> None:
        done = mflowc("report", "m.mflow", "--out", "m.html", cwd=folder)
        assert (done.code, done.err) == (0, "")
        assert done.out == "wrote m.html: open it in a browser\n"
        plan = reported(folder)["plan"]
        wanted = len(plan["buffers"]) + sum(len(s["rings"]) for s in plan["steps"])
        root = page(folder)
        assert len(list(root.find("a", "box"))) == wanted
        assert len(list(root.one("table", "buffers").one("tbody").find("tr"))) == wanted
        assert root.one("h2").text == "m on host"

    def test_it_is_the_same_in_every_process(self, folder: Path) -> None:
        for seed in ("1", "2"):
            subprocess.run(
                [sys.executable, "-m", "microflow", "report", "m.mflow", "--out", f"{seed}.html"],
                cwd=folder,
                env={**environment(), "PYTHONHASHSEED": seed},
                check=True,
                capture_output=True,
            )
        assert (folder / "1.html").read_bytes() == (folder / "2.html").read_bytes()

    def test_as_data_too(self, folder: Path) -> None:
        result = reported(folder, "--out", "sub/m.html")
        assert result["out"] == "sub/m.html"
        assert {**result, "out": None} == reported(folder)
        assert page(folder, "sub/m.html").one("h2").text == "m on host"

    def test_it_replaces_a_report_and_nothing_else(self, folder: Path) -> None:
        assert mflowc("report", "m.mflow", "--out", "m.html", cwd=folder).code == 0
        assert mflowc("report", "m.mflow", "--out", "m.html", cwd=folder).code == 0
        before = (folder / "m.mflow").read_bytes()
        done = mflowc("report", "m.mflow", "--out", "m.mflow", "--json", cwd=folder)
        assert (done.code, done.codes, done.document["results"]) == (1, ["MF6108"], [])
        assert (folder / "m.mflow").read_bytes() == before
        (folder / "mine.html").write_text("<p>mine</p>")
        forced = mflowc("report", "m.mflow", "--out", "mine.html", "--force", cwd=folder)
        assert forced.code == 0 and page(folder, "mine.html").one("h2").text == "m on host"

    def test_a_place_that_cannot_be_written(self, folder: Path) -> None:
        (folder / "taken").mkdir()
        for out in ("taken", "m.tflite/m.html"):
            done = mflowc("report", "m.mflow", "--out", out, "--json", cwd=folder)
            assert (done.code, done.codes) == (1, ["MF6105"])

    def test_what_does_not_fit_is_on_the_page(self, folder: Path) -> None:
        write(folder, pictures(), "  budget { ram = 1KiB }\n")
        done = mflowc("report", "m.mflow", "--out", "m.html", cwd=folder)
        assert done.code == 1 and "error[MF5001]" in done.err and "wrote m.html" in done.out
        root = page(folder)
        assert "MF5001" in root.one("div", "finding").text
        assert root.one("p", "verdict").text == "Too large: RAM"

    def test_where_there_is_no_result_there_is_no_page(self, folder: Path) -> None:
        write(folder, unsupported())
        done = mflowc("report", "m.mflow", "--out", "m.html", "--json", cwd=folder)
        assert (done.code, done.codes) == (1, ["MF4001"]) and done.document["results"] == []
        assert not (folder / "m.html").exists()

    def test_several_models_have_an_index(self, folder: Path) -> None:
        write(folder, scores(), name="n")
        text = (folder / "m.mflow").read_text() + (folder / "n.mflow").read_text().partition("\n")[
            2
        ]
        (folder / "both.mflow").write_text(text.replace("[host]", "[host, nrf52840]"))
        assert mflowc("report", "both.mflow", "--out", "both.html", cwd=folder).code == 0
        root = page(folder, "both.html")
        rows = [row.text for row in root.one("nav").one("tbody").find("tr")]
        assert [" ".join(row.split()[:2]) for row in rows] == [
            "m host",
            "m nrf52840",
            "n host",
            "n nrf52840",
        ]
        assert "All models together on nrf52840" in root.text

    def test_names_are_text(self, folder: Path) -> None:
        write(folder, pictures(EVIL), None)
        assert mflowc("report", "m.tflite", "--out", "m.html", cwd=folder).code == 0
        root = page(folder)
        assert len(list(root.find("script"))) == 1
        assert r'</title><script>alert(1)</script>"\x1b[2J\u202e' in root.text
        shown = mflowc("report", "m.tflite", "--stream", EVIL, cwd=folder)
        assert "\x1b" not in shown.out + shown.err
