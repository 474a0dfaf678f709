"""``mflowc build``: where it writes, and that it writes all or nothing."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.cli.command import mflowc
from tests.cli.models import relu, scores, two_inputs, unsupported, write


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_beside_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", scores())
    (result,) = mflowc("build", "sub/m.mflow", "--json", cwd=tmp_path).results
    assert result["out"] == "sub/gen"
    assert result["files"] == files(tmp_path / "sub" / "gen")
    assert {"m.c", "m.h", "m.report.json", "README.md", "CMakeLists.txt"} <= set(result["files"])
    assert files(tmp_path) == sorted(
        ["sub/m.mflow", "sub/m.tflite", *(f"sub/gen/{f}" for f in result["files"])]
    )
    (checked,) = mflowc("check", "sub/m.mflow", "--json", cwd=tmp_path).results
    assert {**result, **checked} == result


def test_where_the_manifest_says(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", scores(), '  emit { dir = "../c"; prefix = "wake" }\n')
    (result,) = mflowc("build", "sub/m.mflow", "--json", cwd=tmp_path).results
    assert Path(result["out"]) == Path("c")
    assert (tmp_path / "c" / "wake.c").is_file()


def test_where_the_command_line_says(tmp_path: Path) -> None:
    write(tmp_path, scores(), '  emit { dir = "c"; prefix = "wake" }\n')
    (result,) = mflowc(
        "build", "m.mflow", "--out", "x/y", "--prefix", "q", "--json", cwd=tmp_path
    ).results
    assert result["out"] == "x/y"
    assert (tmp_path / "x" / "y" / "q.c").is_file()
    assert not (tmp_path / "c").exists()


def test_several_targets_get_a_folder_each(tmp_path: Path) -> None:
    path = write(tmp_path, scores())
    text = path.read_text().replace("targets = [host]", "targets = [host, pc]")
    path.write_text(text + "\ntarget pc : host { }\n")
    results = mflowc("build", "m.mflow", "--json", cwd=tmp_path).results
    assert [(r["target"], r["out"]) for r in results] == [("host", "gen/host"), ("pc", "gen/pc")]
    assert files(tmp_path / "gen" / "host") == files(tmp_path / "gen" / "pc")
    (one,) = mflowc(
        "build", "m.mflow", "--target", "pc", "--out", "pc", "--json", cwd=tmp_path
    ).results
    assert (one["target"], one["out"]) == ("pc", "pc")


def test_packages_and_a_self_test(tmp_path: Path) -> None:
    write(tmp_path, scores(), "  emit { package = [make, cmake]; selftest = true }\n")
    (result,) = mflowc("build", "m.mflow", "--json", cwd=tmp_path).results
    assert {"make/m/Makefile", "make/m/m.c", "cmake/m/CMakeLists.txt"} <= set(result["files"])
    assert result["files"] == files(tmp_path / "gen")
    assert "m_selftest" in (tmp_path / "gen" / "m.h").read_text()
    write(tmp_path, scores(), "  emit { package = [cmake] }\n")
    assert mflowc("build", "m.mflow", cwd=tmp_path).code == 0
    assert not (tmp_path / "gen" / "make").exists()
    assert "m_selftest" not in (tmp_path / "gen" / "m.h").read_text()


def test_a_self_test_needs_a_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    write(tmp_path, scores(), "  emit { selftest = true }\n")
    assert mflowc("check", "m.mflow", cwd=tmp_path).code == 0
    done = mflowc("build", "m.mflow", "--json", cwd=tmp_path)
    assert (done.code, done.codes) == (1, ["MF6040"])
    span = done.document["diagnostics"][0]["span"]
    assert (span["line"], span["column"], span["end_column"]) == (6, 21, 25)
    assert "no-such-compiler" in done.messages[0]
    assert files(tmp_path) == ["m.mflow", "m.tflite"]


def test_a_bare_model(tmp_path: Path) -> None:
    write(tmp_path, relu(), None)
    (result,) = mflowc("build", "m.tflite", "--json", cwd=tmp_path).results
    assert result["out"] == "gen" and "m.c" in result["files"]


def test_nothing_is_written_where_there_are_errors(tmp_path: Path) -> None:
    write(tmp_path, unsupported())
    assert mflowc("build", "m.mflow", cwd=tmp_path).code == 1
    assert files(tmp_path) == ["m.mflow", "m.tflite"]
    write(tmp_path, relu(), "  budget { ram = 1B }\n")
    assert mflowc("build", "m.mflow", cwd=tmp_path).code == 1
    assert files(tmp_path) == ["m.mflow", "m.tflite"]


def test_the_report_records_every_other_file(tmp_path: Path) -> None:
    write(tmp_path, relu())
    (result,) = mflowc("build", "m.mflow", "--json", cwd=tmp_path).results
    gen = tmp_path / "gen"
    recorded = json.loads((gen / "m.report.json").read_text())["files"]
    assert sorted([*recorded, "m.report.json"]) == result["files"]
    assert all(
        sha256((gen / name).read_bytes()).hexdigest() == digest for name, digest in recorded.items()
    )


def test_an_edited_file_stops_the_build(tmp_path: Path) -> None:
    write(tmp_path, relu())
    assert mflowc("build", "m.mflow", cwd=tmp_path).code == 0
    source = tmp_path / "gen" / "m.c"
    source.write_text(source.read_text() + "/* mine */\n")
    write(tmp_path, two_inputs())
    before = {f: (tmp_path / f).read_bytes() for f in files(tmp_path)}
    done = mflowc("build", "m.mflow", "--json", cwd=tmp_path)
    assert (done.code, done.codes) == (1, ["MF6101"])
    assert done.messages == ["gen/m.c was changed since the last build"]
    assert {f: (tmp_path / f).read_bytes() for f in files(tmp_path)} == before
    assert mflowc("build", "m.mflow", "--force", cwd=tmp_path).code == 0
    assert "mine" not in source.read_text()


def test_another_model_cleans_up_after_the_first(tmp_path: Path) -> None:
    write(tmp_path, scores())
    first = mflowc("build", "m.mflow", "--json", cwd=tmp_path).results[0]["files"]
    (tmp_path / "gen" / "main.c").write_text("int main(void) { return 0; }\n")
    write(tmp_path, two_inputs())
    second = mflowc("build", "m.mflow", "--json", cwd=tmp_path).results[0]["files"]
    assert set(first) - set(second), "the models should use different kernels"
    assert files(tmp_path / "gen") == sorted([*second, "main.c"])


def test_a_kernel_header_that_was_edited_stays_with_a_warning(tmp_path: Path) -> None:
    write(tmp_path, scores())
    first = mflowc("build", "m.mflow", "--json", cwd=tmp_path).results[0]["files"]
    write(tmp_path, two_inputs())
    header = next(f for f in first if f.startswith("microflow/softmax"))
    (tmp_path / "gen" / header).write_text("/* mine */")
    done = mflowc("build", "m.mflow", "--json", cwd=tmp_path)
    assert (done.code, done.codes) == (0, ["MF6104"])
    assert header in done.messages[0]
    assert (tmp_path / "gen" / header).read_text() == "/* mine */"


def test_two_prefixes_do_not_share_a_folder(tmp_path: Path) -> None:
    write(tmp_path, relu())
    assert mflowc("build", "m.mflow", "--prefix", "a", cwd=tmp_path).code == 0
    done = mflowc("build", "m.mflow", "--prefix", "b", "--json", cwd=tmp_path)
    assert (done.code, set(done.codes)) == (1, {"MF6102"})
    assert all("belongs to the build with prefix 'a'" in m for m in done.messages)


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    write(tmp_path, relu())
    (tmp_path / "gen" / "m.c").mkdir(parents=True)
    done = mflowc("build", "m.mflow", "--force", "--json", cwd=tmp_path)
    assert (done.code, done.codes) == (1, ["MF6103"])


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    write(tmp_path, relu())
    with patch.object(Path, "write_bytes", side_effect=OSError(28, "No space left on device")):
        done = mflowc("build", "m.mflow", "--json", cwd=tmp_path)
    assert (done.code, done.codes) == (1, ["MF6105"])
    assert "No space left on device" in done.messages[0]
    assert files(tmp_path) == ["m.mflow", "m.tflite"] and not (tmp_path / "gen").exists()


@pytest.mark.parametrize("again", [False, True])
def test_the_words_for_people(tmp_path: Path, again: bool) -> None:
    write(tmp_path, relu())
    if again:
        mflowc("build", "m.mflow", cwd=tmp_path)
    done = mflowc("build", "m.mflow", cwd=tmp_path)
    count = len(files(tmp_path / "gen"))
    unchanged = f" ({count} unchanged)" if again else ""
    assert done.out.splitlines()[-1] == f"gen: {count} files{unchanged}"
