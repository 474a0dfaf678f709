"""The report as a page: whole, safe, without anything from outside."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.render.plain import printable
from microflow.render.report.page import is_report, render_page
from tests.render.pages import Element, read
from tests.render.reports import plan, report, step, timed

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\x1b[31m\u202e{{7*7}}"


def page(*results: dict[str, Any], **more: Any) -> Element:
    return read(render_page(results or (report(),), version="1.2.3", **more))


def texts(root: Element, tag: str, style: str | None = None) -> list[str]:
    return [element.text for element in root.find(tag, style)]


def policy(root: Element) -> str:
    metas = (m.attributes for m in root.find("meta"))
    return next(m["content"] for m in metas if m.get("http-equiv") == "Content-Security-Policy")


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class TestSafety:
    """What a page that is sent around must never do."""

    def test_the_policy_allows_its_own_style_and_script_alone(self) -> None:
        root = page()
        rules = dict(rule.strip().split(" ", 1) for rule in policy(root).split(";"))
        assert rules.pop("default-src") == "'none'"
        assert rules.pop("style-src") == f"'sha256-{digest(root.one('style').raw)}'"
        assert rules.pop("script-src") == f"'sha256-{digest(root.one('script').raw)}'"
        assert rules == {"base-uri": "'none'", "form-action": "'none'"}

    def test_nothing_comes_from_outside(self) -> None:
        text = render_page([report(), report(target="due")], version="1")
        for element in read(text).all():
            assert not element.attributes.keys() & {"src", "srcset", "style", "action", "data"}
            assert not any(name.startswith("on") for name in element.attributes)
            assert element.attributes.get("href", "#").startswith("#")
            assert element.tag not in ("link", "iframe", "object", "base", "form", "img")
        assert not re.search(r"https?:|@import|url\((?!#)|//\w", text)

    def test_names_from_a_model_are_text(self) -> None:
        data = everywhere(report(), HOSTILE)
        root = page(data, data)
        assert len(list(root.find("script"))) == 1 and not list(root.find("img"))
        assert "49" not in texts(root, "h2")[-1]
        shown = printable(HOSTILE)
        assert texts(root, "h2")[-1] == f"{shown} on {shown}"
        assert "\x1b" not in root.text and "\u202e" not in root.text

    @settings(max_examples=25, deadline=None)
    @given(st.text(min_size=1, max_size=30))
    def test_any_name_is_shown_as_it_is_and_nowhere_obeyed(self, name: str) -> None:
        root = page(everywhere(report(), name))
        assert elements(root) == elements(page())
        shown = " ".join(printable(name).split())
        (title,) = texts(root, "h2")
        assert title.replace(" ", "") == f"{shown}on{shown}".replace(" ", "")


def elements(root: Element) -> Counter[str]:
    """How many elements there are of each kind; how much text fits on the map varies."""
    return Counter(e.tag for e in root.all() if e.tag not in ("text", "svg"))


def everywhere(data: Any, name: str) -> Any:
    """The data with `name` for each text that a model or a manifest may choose."""
    free = {"name", "model", "target", "description", "operator", "streamed", "type", "profile"}
    if isinstance(data, list):
        return [everywhere(each, name) for each in data]
    if not isinstance(data, dict):
        return data
    changed = {
        k: name if k in free and v is not None else everywhere(v, name) for k, v in data.items()
    }
    if "models" in changed:
        changed["models"] = [name]
    return {**changed, "kernels": [name]} if "kernels" in changed else changed


class TestForm:
    """What every page has."""

    def test_it_is_the_same_each_time(self) -> None:
        assert render_page([report()]) == render_page([report()])

    def test_it_is_known_as_a_report(self) -> None:
        assert is_report(render_page([report()], version=HOSTILE).encode())
        assert not is_report(b"<!DOCTYPE html><html><head></head></html>")
        assert not is_report(b"mflow 1\n")

    def test_ids_are_unique_and_links_lead_somewhere(self) -> None:
        root = page(report(), report(target="due"))
        ids = [e.attributes["id"] for e in root.all() if "id" in e.attributes]
        assert len(ids) == len(set(ids))
        links = [e.attributes["href"] for e in root.find("a")]
        assert links and {link.removeprefix("#") for link in links} <= set(ids)
        labels = [
            e.attributes["aria-labelledby"] for e in root.all() if "aria-labelledby" in e.attributes
        ]
        assert set(labels) <= set(ids)

    def test_there_is_no_date(self) -> None:
        assert not re.search(r"\b20\d\d-\d\d|\b\d\d:\d\d\b", page().one("main").text)


class TestWhatItSays:
    """The facts, each where it belongs."""

    def test_the_head(self) -> None:
        root = page()
        assert texts(root, "h2") == ["tiny on uno"]
        assert texts(root, "p", "verdict") == ["Fits its budget and its chip"]
        assert (
            root.one("ul", "meta").text
            == "a board 16 MHz arithmetic: tflm goal: balanced 12,288 MACs"
        )
        assert texts(root, "span", "port") == ["input image int8 1×8×8×1", "output scores int8 1×4"]
        assert "version 1.2.3" in root.one("header", "top").text

    def test_needs_against_budget_and_chip(self) -> None:
        ram, flash, stack = page().one("dl", "needs").children
        assert "~356 bytes" in ram.text
        assert "70 % of the budget, 512" in ram.text and "17 % of the chip, 2,048" in ram.text
        assert "arena 256 + stack ~100" in ram.text
        exact, estimated = ram.one("rect", "exact"), ram.one("rect", "estimated")
        assert exact.number("x") == 0 and exact.number("width") == 50
        assert estimated.number("x") == 50 and estimated.number("width") == pytest.approx(19.531)
        assert "31 % of the chip, 32,768" in flash.text
        assert "no limit given" in stack.text and not list(stack.find("rect"))

    def test_a_limit_that_is_exceeded(self) -> None:
        root = page(report(budget={"ram": 178}))
        assert texts(root, "p", "verdict") == ["Too large: RAM"]
        (ram,) = root.one("dl", "needs").find("div", "over")
        assert "200 % of the budget, 178" in ram.text
        assert ram.one("rect", "excess").number("x") == 50
        assert ram.one("rect", "excess").number("width") == 50

    def test_layers(self) -> None:
        root = page()
        table = next(t for t in root.find("table") if "with-bands" in t.styles)
        heads = texts(table.one("thead"), "th")
        assert heads[:6] == ["#", "Operator", "Band", "Input", "Output", "Kernel"]
        assert "Cycles" not in heads and "Type" not in heads
        rows = [[cell.text for cell in row.children] for row in table.one("tbody").find("tr")]
        assert rows[0] == [
            "0",
            "CONV_2D",
            "0–2",
            "1×8×8×1",
            "1×8×8×4",
            "conv_2d_s8",
            "2,304",
            "19 %",
            "144",
            "19 %",
        ]
        assert rows[3][5:] == ["no code", "–", "", "–", ""]
        assert [row[2] for row in rows] == ["0–2", "0–2", "0–2", "", "", ""]
        bars = [next(row.find("rect")).attributes["width"] for row in table.one("tbody").find("tr")]
        assert bars == ["50%", "50%", "100%", "0%", "66.667%", "0%"]
        assert table.one("tfoot").text == "6 layers 12,288 768"
        assert "There is no model of time for this core" in root.text

    def test_cycles_where_they_are_known(self) -> None:
        root = page(
            report(layers=timed(), latency_us=31.25, cycle_margin=0.1, budget={"latency": 0.0001})
        )
        table = next(t for t in root.find("table") if "with-bands" in t.styles)
        assert "Cycles" in texts(table.one("thead"), "th")
        assert "500" in table.one("tfoot").text
        latency = list(root.one("dl", "needs").children)[-1]
        assert "~0.0312 ms" in latency.text and "31 % of the budget, 0.1 ms" in latency.text
        assert "that of latency within 10 %" in root.text

    def test_instructions_where_cycles_are_not_known(self) -> None:
        root = page(report(layers=timed("modelled_instructions")))
        table = next(t for t in root.find("table") if "with-bands" in t.styles)
        heads = texts(table.one("thead"), "th")
        assert "Instructions" in heads and "Cycles" not in heads

    def test_several_types_have_a_column(self) -> None:
        data = report()
        data["layers"][-1]["outputs"] = [{**data["layers"][-1]["outputs"][0], "type": "float32"}]
        table = next(t for t in page(data).find("table") if "with-bands" in t.styles)
        assert "Type" in texts(table.one("thead"), "th")
        assert "int8 → float32" in [
            c.text for c in list(table.one("tbody").find("tr"))[-1].children
        ]

    def test_plans(self) -> None:
        root = page()
        section = root.one("section", "plans")
        assert texts(section.one("thead"), "th") == [
            "Arena",
            "Stack",
            "Code",
            "Layers by row",
            "Row calls",
            "",
        ]
        rows = [row.text for row in section.one("tbody").find("tr")]
        assert rows == ["256 100 4,000 3 20 chosen", "512 100 4,000 0 0"]
        whole, banded = section.find("circle")
        assert "chosen" in banded.styles and "chosen" not in whole.styles
        assert banded.number("cx") > whole.number("cx") and banded.number("cy") > whole.number("cy")

    @pytest.mark.parametrize("front", [[], None])
    def test_without_plans(self, front: list[Any] | None) -> None:
        changed = plan() if front is None else plan(front=front)
        if front is None:
            del changed["front"]
        assert not list(page(report(plan=changed)).find("section", "plans"))

    def test_proof_and_origin(self) -> None:
        proof = page().one("section", "proof").text
        assert "1,234 reads and 56 writes" in proof
        assert "12" * 32 in proof and "ab" * 32 in proof and "mflowc 1.2.3" in proof

    def test_a_streamed_input(self) -> None:
        band = step(0, 0, 1, 2, kind="band", row_calls=20, streamed="image")
        changed = plan(steps=[band, *plan()["steps"][1:]])
        text = page(report(plan=changed)).one("section", "memory").text
        assert "The input image arrives row by row while band 0–2 runs." in text

    def test_data_without_steps(self) -> None:
        root = page(report(plan=plan(steps=[], buffers=[])))
        assert [c for c in texts(root, "g", "column") if c] != []
