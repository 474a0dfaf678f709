"""What a build may do to a folder that is there already: the decision alone."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microflow.cli.plan_output import (
    BLOCK,
    BLOCKED,
    CHANGED_FILE,
    FOREIGN_FILE,
    KEPT_FILE,
    OutputPlan,
    Present,
    Record,
    is_inside,
    plan_output,
)
from microflow.diag import Rule

REPORT = "p.report.json"
FILES = {"p.c": "new c", "p.h": "new h", REPORT: "new report"}


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def present(files: Mapping[str, str], *records: Record) -> Present:
    """A folder with `files` (texts; `BLOCK` for what is no file)."""
    hashes = {path: text if text == BLOCK else digest(text) for path, text in files.items()}
    return Present("gen", hashes, records)


def record(files: Mapping[str, str], prefix: str = "p") -> Record:
    return Record(f"{prefix}.report.json", {path: digest(text) for path, text in files.items()})


def refused(where: Present, force: bool = False) -> list[tuple[Rule, str]]:
    plan, found = plan_output(FILES, "p", where, force)
    assert plan is None
    return [(d.rule, d.message) for d in found]


def planned(where: Present, force: bool = False) -> OutputPlan:
    plan, found = plan_output(FILES, "p", where, force)
    assert plan is not None and not found
    return plan


def test_an_empty_folder_is_filled() -> None:
    assert planned(present({})) == OutputPlan(FILES, (), ())


def test_what_the_last_build_wrote_is_replaced() -> None:
    old = {"p.c": "old c", "p.h": "new h"}
    where = present({**old, REPORT: "old report"}, record(old))
    plan = planned(where)
    assert dict(plan.write) == {"p.c": "new c", REPORT: "new report"}
    assert plan.keep == ("p.h",)
    assert plan.remove == ()


def test_equal_files_are_kept_whoever_wrote_them() -> None:
    assert planned(present({"p.c": "new c"})).keep == ("p.c",)


def test_a_changed_file_stops_the_build() -> None:
    where = present({"p.c": "edited", REPORT: "r"}, record({"p.c": "old c"}))
    assert refused(where) == [(CHANGED_FILE, "gen/p.c was changed since the last build")]
    assert dict(planned(where, force=True).write) == FILES


def test_a_foreign_file_stops_the_build() -> None:
    where = present({"p.h": "mine"})
    assert refused(where) == [(FOREIGN_FILE, "gen/p.h is in the way: no earlier build wrote it")]
    assert dict(planned(where, force=True).write) == FILES


def test_a_foreign_report_stops_the_build() -> None:
    assert [rule for rule, _ in refused(present({REPORT: "not ours"}))] == [FOREIGN_FILE]


def test_the_file_of_another_build_is_named_as_such() -> None:
    other = {"p.h": "other's"}
    where = present({**other, "q.report.json": "r"}, record(other, "q"))
    ((rule, message),) = refused(where)
    assert rule is FOREIGN_FILE and message.endswith("belongs to the build with prefix 'q'")


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_or_link_is_never_replaced(force: bool) -> None:
    where = present({"p.c": BLOCK, "p.h": BLOCK}, record({"p.c": "old"}))
    assert [rule for rule, _ in refused(where, force)] == [BLOCKED, BLOCKED]


def test_every_obstacle_is_told() -> None:
    where = present({"p.c": "edited", "p.h": "mine", REPORT: "r"}, record({"p.c": "old"}))
    assert [rule for rule, _ in refused(where)] == [CHANGED_FILE, FOREIGN_FILE]


def test_what_is_no_longer_needed_is_removed() -> None:
    old = {"p.c": "old", "microflow/a.h": "a"}
    where = present({**old, REPORT: "r", "mine.txt": "m"}, record(old))
    assert planned(where).remove == ("microflow/a.h",)


def test_what_is_no_longer_needed_but_was_changed_stays() -> None:
    where = present({"old.h": "edited", REPORT: "r"}, record({"old.h": "old"}))
    plan, found = plan_output(FILES, "p", where)
    assert plan is not None and plan.remove == ()
    assert [d.rule for d in found] == [KEPT_FILE]


def test_what_another_build_needs_too_stays() -> None:
    shared = {"microflow/a.h": "a"}
    where = present(
        {**shared, REPORT: "r", "q.report.json": "r"}, record(shared), record(shared, "q")
    )
    assert planned(where).remove == ()


def test_what_was_deleted_is_not_missed() -> None:
    where = present({REPORT: "r"}, record({"p.c": "old", "gone.h": "old"}))
    plan = planned(where)
    assert plan.remove == () and set(plan.write) == set(FILES)


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", ""])
def test_recorded_paths_outside_the_folder_do_not_count(path: str) -> None:
    assert not is_inside(path)


_NAMES = st.sampled_from(["p.c", "p.h", REPORT, "old.h", "mine.txt", "microflow/k.h"])
_TEXTS = st.sampled_from(["a", "b", "c", BLOCK])


@given(
    st.dictionaries(_NAMES, st.sampled_from("ab"), min_size=1),
    st.dictionaries(_NAMES, _TEXTS),
    st.dictionaries(_NAMES, st.sampled_from("abc")),
    st.booleans(),
)
def test_only_what_an_earlier_build_wrote_is_ever_lost(
    new: dict[str, str], there: dict[str, str], recorded: dict[str, str], force: bool
) -> None:
    old = record({path: text for path, text in recorded.items() if path != REPORT})
    where = present(there, *([old] if REPORT in there else []))
    plan, _ = plan_output(new, "p", where, force)
    if plan is None:
        return
    assert set(plan.write) | set(plan.keep) == set(new)
    assert all(there[path] == new[path] for path in plan.keep)
    ours = {path for path, text in there.items() if recorded.get(path) == text} | {REPORT}
    assert set(plan.remove) <= (ours & set(there)) - set(new)
    assert all(there[path] != BLOCK for path in plan.write if path in there)
    if not force:
        lost = {path for path in plan.write if path in there}
        assert lost <= ours
