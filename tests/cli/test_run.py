"""``mflowc run``: from files to decoded answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.command import mflowc
from tests.cli.models import SOFTMAX_SCALE, relu, scores, two_inputs, write
from tests.cli.test_files import wav
from tests.need import need

LABELS = '  output p { labels = ["no", "yes", "maybe"]; decode = argmax }\n'


@pytest.fixture(autouse=True)
def _compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", need("gcc"))


def run(folder: Path, *arguments: str, model: str = "m.mflow") -> list[dict[str, Any]]:
    return mflowc("run", model, *arguments, "--json", cwd=folder).results


def refused(folder: Path, *arguments: str) -> tuple[list[str], str]:
    done = mflowc("run", "m.mflow", *arguments, "--json", cwd=folder)
    assert done.code == 1 and done.document["results"] == []
    return done.codes, done.messages[0]


def test_a_quantised_model(tmp_path: Path) -> None:
    write(tmp_path, relu())
    np.save(tmp_path / "whole.npy", np.array([-4, 3, 0, 127]))
    np.save(tmp_path / "real.npy", np.array([[-2.0, 1.5, 0.1, 99.0]]))
    for name in ("whole.npy", "real.npy"):
        (result,) = run(tmp_path, name)
        assert (result["model"], result["target"], result["input"]) == ("m", "host", name)
        (output,) = result["outputs"]
        assert output["values"] == [[0.0, 1.5, 0.0, 63.5]]
        assert output["raw"] == [[0, 3, 0, 127]]
        assert (output["tensor"], output["type"], output["shape"]) == ("y", "int8", [1, 4])
        assert (output["index"], output["label"], output["score"]) == (None, None, None)


def test_a_float_model_keeps_odd_numbers(tmp_path: Path) -> None:
    write(tmp_path, relu(dtype="float32"), None)
    np.save(tmp_path / "x.npy", np.array([1.5, np.inf, np.nan, -1.0], np.float32))
    (result,) = run(tmp_path, "x.npy", model="m.tflite")
    (values,) = result["outputs"][0]["values"]
    assert values[0] == 1.5 and values[1] is None
    assert result["outputs"][0]["raw"] is None


def test_several_inferences_and_files(tmp_path: Path) -> None:
    write(tmp_path, relu())
    np.save(tmp_path / "two.npy", np.array([[1, 0, 0, 0], [2, 0, 0, 0]]))
    (tmp_path / "rows.csv").write_text("3,0,0,0\n4,0,0,0\n")
    (tmp_path / "one.csv").write_text("5,0\n0,0\n")
    np.savez(tmp_path / "n.npz", in0=np.array([6, 0, 0, 0]), out0=np.zeros(3))
    results = run(tmp_path, "two.npy", "rows.csv", "one.csv", "n.npz")
    assert [r["outputs"][0]["raw"][0][0] for r in results] == [1, 2, 3, 4, 5, 6]
    assert [r["input"] for r in results] == [
        "two.npy [0]", "two.npy [1]", "rows.csv [0]", "rows.csv [1]", "one.csv", "n.npz",
    ]  # fmt: skip


class TestSeveralInputs:
    """A model with two inputs."""

    @pytest.fixture(autouse=True)
    def model(self, tmp_path: Path) -> None:
        write(tmp_path, two_inputs(), '  input a { tensor = "left:0" }\n  input b { tensor = 1 }\n')
        np.save(tmp_path / "l.npy", np.array([1.0, 2.0]))
        (tmp_path / "r.csv").write_text("10 20\n")

    def test_in_files_of_their_own(self, tmp_path: Path) -> None:
        for arguments in (("a=l.npy", "b=r.csv"), ("in1=r.csv", "left:0=l.npy")):
            (result,) = run(tmp_path, *arguments)
            assert result["outputs"][0]["values"] == [[11.0, 22.0]]

    @pytest.mark.parametrize("names", [("a", "b"), ("left:0", "right:0"), ("in0", "in1")])
    def test_in_one_archive(self, tmp_path: Path, names: tuple[str, str]) -> None:
        pair = zip(names, (np.ones((3, 2)), np.arange(6.0).reshape(3, 2)), strict=True)
        np.savez(tmp_path / "both.npz", **dict(pair))
        results = run(tmp_path, "both.npz")
        sums = [r["outputs"][0]["values"][0] for r in results]
        assert sums == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["l.npy"], "l.npy; the model has the inputs 'a', 'b'"),
            (["a=l.npy"], "no file is given for input 'b'; the model has the inputs 'a', 'b'"),
            (["a=l.npy", "a=r.csv"], "input 'a' is given twice: r.csv; the model has the inputs"),
            (["some.npz"], "some.npz has no array for input 'b'; it holds 'a', 'z'"),
            (
                ["uneven.npz"],
                "uneven.npz gives unequal numbers of inferences: 2 for 'a', 1 for 'b'",
            ),
        ],
    )
    def test_that_are_not_clear(self, tmp_path: Path, arguments: list[str], message: str) -> None:
        np.savez(tmp_path / "some.npz", a=np.ones(2), z=np.ones(2))
        np.savez(tmp_path / "uneven.npz", a=np.ones((2, 2)), b=np.ones(2))
        codes, found = refused(tmp_path, *arguments)
        assert codes == ["MF6204"] and message in found


def test_decoded_answers(tmp_path: Path) -> None:
    write(tmp_path, scores(), LABELS)
    (tmp_path / "x.csv").write_text("0,20,0\n")
    (result,) = run(tmp_path, "x.csv")
    (output,) = result["outputs"]
    assert (output["index"], output["label"]) == (1, "yes")
    assert output["score"] == output["values"][0][1] == (output["raw"][0][1] + 128) * SOFTMAX_SCALE
    done = mflowc("run", "m.mflow", "x.csv", cwd=tmp_path)
    lines = done.out.splitlines()
    assert done.code == 0
    assert lines[0] == "x.csv"
    assert lines[1] == f"  p: yes ({output['score']:.3f})"
    assert lines[2].split() == ["no", "0.000", "yes", "0.996", "maybe", "0.000"]
    assert lines[3].startswith("memory: ~") and "bytes of RAM (arena " in lines[3]
    assert len(lines) == 4


def test_no_answer_below_the_threshold(tmp_path: Path) -> None:
    body = LABELS.replace("argmax", "argmax(threshold = 0.5)")
    write(tmp_path, scores(), body)
    (tmp_path / "x.csv").write_text("0,0,0\n0,2,0\n0,1,1\n")
    results = run(tmp_path, "x.csv")
    assert [r["outputs"][0]["label"] for r in results] == [None, "yes", None]
    shown = mflowc("run", "m.mflow", "x.csv", cwd=tmp_path).out
    assert "p: none (no score reaches 0.5)" in shown


def test_equal_scores_go_to_the_first(tmp_path: Path) -> None:
    write(tmp_path, scores(), LABELS)
    (tmp_path / "x.csv").write_text("1,5,5\n")
    assert run(tmp_path, "x.csv")[0]["outputs"][0]["index"] == 1


def test_many_values_are_cut_for_people(tmp_path: Path) -> None:
    write(tmp_path, scores(40))
    (tmp_path / "x.csv").write_text(",".join(["0"] * 40))
    shown = mflowc("run", "m.mflow", "x.csv", cwd=tmp_path).out
    assert "… and 24 more" in shown
    assert len(run(tmp_path, "x.csv")[0]["outputs"][0]["values"][0]) == 40


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.npy", b"nonsense", "MF6201"),
        ("x.txt", b"1,2,3,4", "MF6201"),
        ("x.csv", b"1,2,3\n", "MF6202"),
        ("x.csv", b"1,2,3,200\n", "MF6203"),
        ("x.wav", wav([0, 0]), "MF6206"),
        ("gone.npy", None, "MF6106"),
    ],
)
def test_files_that_do_not_fit(tmp_path: Path, name: str, data: bytes | None, code: str) -> None:
    write(tmp_path, relu())
    if data is not None:
        (tmp_path / name).write_bytes(data)
    codes, message = refused(tmp_path, name)
    assert codes == [code] and (name in message or code == "MF6206")


def test_every_bad_file_is_told(tmp_path: Path) -> None:
    write(tmp_path, relu())
    (tmp_path / "short.csv").write_text("1\n")
    codes, _ = refused(tmp_path, "gone.npy", "short.csv", "odd.xyz")
    assert codes == ["MF6106", "MF6202", "MF6106"]


def test_no_file(tmp_path: Path) -> None:
    write(tmp_path, relu())
    done = mflowc("run", "m.mflow", cwd=tmp_path)
    assert done.code == 2 and "give a file" in done.err


def test_which_of_several_models(tmp_path: Path) -> None:
    one = write(tmp_path, relu(), name="one")
    two = write(tmp_path, scores(4), name="two")
    both = one.read_text() + two.read_text().removeprefix("mflow 1\n")
    (tmp_path / "m.mflow").write_text(both)
    (tmp_path / "x.csv").write_text("1,2,3,4\n")
    done = mflowc("run", "m.mflow", "x.csv", cwd=tmp_path)
    assert done.code == 2 and "one, two" in done.err
    assert run(tmp_path, "x.csv", "--model", "two")[0]["model"] == "two"
    assert mflowc("run", "m.mflow", "x.csv", "--model", "three", cwd=tmp_path).code == 2


FRONTEND = """
#include <stddef.h>
#include <stdint.h>
#include "gain.h"
#define MF_FRONTEND_RATE 8000
#define MF_FRONTEND_SAMPLES 8
static inline void mf_frontend(const int16_t *pcm, size_t samples, int8_t *out) {
  for (size_t i = 0; i < 4; i++) out[i] = (int8_t)(i < samples ? pcm[i] * GAIN : 0);
}
"""


class TestSound:
    """An input with a front end in C."""

    @pytest.fixture(autouse=True)
    def model(self, tmp_path: Path) -> None:
        write(tmp_path, relu(), '  input x { frontend = "front end.h" }\n')
        (tmp_path / "front end.h").write_text(FRONTEND)
        (tmp_path / "gain.h").write_text("#define GAIN 2\n")

    def test_goes_in(self, tmp_path: Path) -> None:
        (tmp_path / "a.wav").write_bytes(wav(np.array([1, -2, 3], np.int16), 8000))
        (tmp_path / "b.wav").write_bytes(wav(np.array([5], np.int16), 8000))
        results = run(tmp_path, "a.wav", "b.wav")
        assert [r["outputs"][0]["raw"] for r in results] == [[[2, 0, 6, 0]], [[10, 0, 0, 0]]]

    def test_of_another_rate(self, tmp_path: Path) -> None:
        (tmp_path / "a.wav").write_bytes(wav(np.zeros(8, np.int16), 16000))
        codes, message = refused(tmp_path, "a.wav")
        assert codes == ["MF6206"]
        assert message == "a.wav has 16000 Hz; the front end takes 8000 Hz"

    def test_too_long_is_a_warning(self, tmp_path: Path) -> None:
        (tmp_path / "a.wav").write_bytes(wav(np.ones(4008, np.int16), 8000))
        done = mflowc("run", "m.mflow", "a.wav", "--json", cwd=tmp_path)
        assert (done.code, done.codes) == (0, ["MF6207"])
        assert done.messages == ["the last 0.50 s of a.wav are not used"]

    @pytest.mark.parametrize("header", ["#error no", "int x;", "static void mf_frontend(void);"])
    def test_with_a_header_that_is_wrong(self, tmp_path: Path, header: str) -> None:
        (tmp_path / "front end.h").write_text(header)
        (tmp_path / "a.wav").write_bytes(wav(np.zeros(8, np.int16), 8000))
        done = mflowc("run", "m.mflow", "a.wav", "--json", cwd=tmp_path)
        assert (done.code, done.codes) == (1, ["MF6205"])
        assert "front end.h failed: it does not compile" in done.messages[0]
        assert "error" in done.document["diagnostics"][0]["notes"][0]

    def test_with_a_header_that_crashes(self, tmp_path: Path) -> None:
        crash = FRONTEND.replace("out[i] =", "*(volatile int8_t *)0 = out[i] =")
        (tmp_path / "front end.h").write_text(crash)
        (tmp_path / "a.wav").write_bytes(wav(np.zeros(8, np.int16), 8000))
        assert refused(tmp_path, "a.wav")[0] == ["MF6205"]


def test_without_a_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, relu())
    (tmp_path / "x.csv").write_text("1,2,3,4\n")
    monkeypatch.setenv("CC", "no-such-compiler")
    assert refused(tmp_path, "x.csv")[0] == ["MF6001"]


def test_a_budget_for_a_chip_does_not_matter_here(tmp_path: Path) -> None:
    write(tmp_path, relu(), "  budget { ram = 1B; latency = 1ms }\n")
    (tmp_path / "x.csv").write_text("1,2,3,4\n")
    assert mflowc("check", "m.mflow", cwd=tmp_path).code == 1
    done = mflowc("run", "m.mflow", "x.csv", "--json", cwd=tmp_path)
    assert (done.code, done.codes) == (0, [])
