"""The only place where pages of HTML are made: everything that is put in is escaped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from microflow.render.plain import printable

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_PACKAGE = "microflow.render.report"


def render_html(name: str, **values: Any) -> Markup:
    """Returns a template of this package with `values` in place; a name that is missing raises.

    What is returned may stand in another template as it is.

    Text from a model is hostile: markup in it is escaped, and so is what is not shown, such as
    control characters and marks of direction.
    """
    return _markup(_environment().get_template(name).render(**values))


def embedded(name: str) -> Markup:
    """Returns a style sheet or a script of ours, to stand in a page as it is."""
    environment = _environment()
    assert environment.loader is not None
    return _markup(environment.loader.get_source(environment, name)[0])


@cache
def _environment() -> Environment:
    # The command line starts faster without.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=PackageLoader(_PACKAGE),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
        finalize=_shown,
    )


def _markup(text: str) -> Markup:
    from markupsafe import Markup  # noqa: PLC0415  (comes with Jinja, which is loaded late)

    return Markup(text)


def _shown(value: Any) -> Any:
    """Text as it is shown; markup, and what is no text, stays."""
    return printable(value) if type(value) is str else value
