"""Several results on one page, and what was found."""

from __future__ import annotations

from microflow.diag import Diagnostic, Edit, Fix, Label, Rule, Severity, Span
from tests.render.reports import memories, report
from tests.render.test_report_page import page, texts

RULE = Rule("MF5001", "over-budget", "A page\n\ntext")


class TestSeveral:
    """More than one result."""

    def test_an_index_leads_to_each(self) -> None:
        root = page(report(), report(target="due", budget={"ram": 10}))
        index = root.one("nav")
        assert [a.attributes["href"] for a in index.find("a")] == ["#r1", "#r2"]
        assert [a.attributes["id"] for a in root.find("article")] == ["r1", "r2"]
        rows = [row.text for row in index.one("tbody").find("tr")]
        assert rows[0] == "tiny uno ~356 ~10,000 ~100 256 12,288 Fits its budget and its chip"
        assert rows[1].endswith("Too large: RAM")

    def test_one_needs_no_index(self) -> None:
        root = page()
        assert not list(root.find("nav")) and "all results" not in root.text

    def test_what_models_of_a_target_take_together(self) -> None:
        both = memories("tiny")
        both[1]["takers"].insert(
            0, {"what": "arena", "models": ["big"], "bytes": 1024, "arena": None}
        )
        first, second = report(memories=both), report(model="big", memories=both)
        section = next(s for s in page(first, second).find("section") if "together" in s.text)
        assert "All models together on uno" in section.text
        assert "arena of big 1,024 + arena of tiny 256 + stack of tiny ~100" in section.text
        assert "67 % of the chip, 2,048" in section.text

    def test_a_second_memory_has_its_own_line(self) -> None:
        found = memories("tiny")
        found.append(
            {
                "memory": "ccm",
                "kind": "ram",
                "size": 1024,
                "bytes": 256,
                "takers": found[1]["takers"][:1],
            }
        )
        found[1] = {**found[1], "takers": found[1]["takers"][1:]}
        names = [
            row.one("dt").text for row in page(report(memories=found)).one("dl", "needs").children
        ]
        assert names == ["RAM", "ram", "ccm", "flash", "stack"]


class TestFindings:
    """What was found stands on the page."""

    def test_with_place_source_and_remedy(self) -> None:
        span = Span("m.mflow", 2, 3, 2, 6)
        found = Diagnostic(
            RULE,
            "too <large>",
            "raise it",
            span,
            (Label(Span("m.mflow", 1, 1, 1, 6), "here & now"),),
            ("first\nsecond",),
            (Fix("write 4KiB", (Edit(span, "x"),)),),
        )
        root = page(diagnostics=(found,), sources={"m.mflow": "mflow 1\n  ram = 2KiB\n"})
        (shown,) = root.find("div", "finding")
        assert shown.styles == ["finding", "is-error"]
        assert (
            shown.one("p", "what").text == "error MF5001 too <large>" or "too <large>" in shown.text
        )
        assert shown.one("p", "where").text == "m.mflow:2:3"
        assert shown.one("pre").raw.splitlines() == [
            "1 | mflow 1",
            "  | ----- here & now",
            "2 |   ram = 2KiB",
            "  |   ^^^",
        ]
        remarks = texts(shown, "p", "remark")
        assert remarks[:2] == ["first", "second"]
        assert "raise it" in remarks[2] and "write 4KiB" in remarks[3]

    def test_without_a_place(self) -> None:
        rule = Rule("MF5010", "latency", "A page\n\ntext", Severity.NOTE)
        (shown,) = page(diagnostics=(Diagnostic(rule, "m", "h"),)).find("div", "finding")
        assert shown.styles == ["finding", "is-note"]
        assert not list(shown.find("pre")) and not list(shown.find("p", "where"))

    def test_none(self) -> None:
        assert "Findings" not in page().text
