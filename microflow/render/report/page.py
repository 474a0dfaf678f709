"""The report as one page of HTML that needs nothing else: no network, no other file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from microflow.diag import Diagnostics
from microflow.render.report.article import SUMMARY, Article, article
from microflow.render.report.bars import Bar, bar
from microflow.render.report.facts import read_result
from microflow.render.report.findings import findings
from microflow.render.report.html import embedded, render_html
from microflow.render.report.needs import together

if TYPE_CHECKING:
    from markupsafe import Markup

_GENERATOR = "mflowc report"


def render_page(
    results: Sequence[Mapping[str, Any]],
    diagnostics: Diagnostics = (),
    sources: Mapping[str, str] | None = None,
    version: str = "unknown",
) -> str:
    """Returns the page for `results`, entries of `report --json`, and for what was found.

    `sources` holds the texts of the files that `diagnostics` point into, by path.
    """
    articles = [article(read_result(data), f"r{i}") for i, data in enumerate(results, 1)]
    style, script = embedded("page.css"), embedded("page.js")
    page = render_html(
        "page.html.j2",
        generator=_GENERATOR,
        title=_title(articles),
        version=version,
        articles=articles,
        bodies=[_body(a, version, several=len(articles) > 1) for a in articles],
        shared=_shared(articles),
        summary=tuple(SUMMARY),
        findings=findings(diagnostics, sources or {}),
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )
    return str(page)


def _body(shown: Article, version: str, several: bool) -> Markup:
    """An article with its parts."""
    return render_html(
        "article.html.j2",
        a=shown,
        version=version,
        several=several,
        needs=_bars(shown.bars),
        map=render_html(
            "map.html.j2",
            map=shown.map,
            legend=shown.legend,
            id=shown.id,
            model=shown.result.model,
        ),
        layers=render_html("layers.html.j2", layers=shown.layers),
        plans=render_html("plans.html.j2", front=shown.front, candidates=shown.candidates),
        buffers=render_html("buffers.html.j2", buffers=shown.buffers),
    )


def _bars(bars: Sequence[Bar]) -> Markup:
    return render_html("needs.html.j2", bars=bars)


def is_report(data: bytes) -> bool:
    """Tells whether a file is a page that `render_page` made, of this version or another."""
    return f'<meta name="generator" content="{_GENERATOR}">'.encode() in data[:1000]


def _title(articles: Sequence[Article]) -> str:
    if len(articles) == 1:
        return f"{articles[0].result.model} on {articles[0].result.target}"
    models = dict.fromkeys(a.result.model for a in articles)
    return f"{', '.join(models)}: {len(articles)} results"


def _shared(articles: Sequence[Article]) -> list[tuple[str, Markup]]:
    """The targets that have several models, with what these take of each memory together."""
    targets = [a.result.target for a in articles]
    memories = {a.result.target: a.result.memories for a in articles}
    several = [t for t in memories if targets.count(t) > 1]
    return [(t, _bars([bar(need) for need in together(memories[t])])) for t in several]


def _hash(text: str) -> str:
    """The hash by which a policy of content security allows a style sheet or a script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
