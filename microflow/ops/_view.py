"""Operators whose output is the input's bytes under another shape: they take no code, no memory."""

from __future__ import annotations

from microflow.graph.access import Access, Elementwise, Whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.targets import Core


def access(site: Site) -> Access:
    """Returns the access of a view; what says which shape may be read whole."""
    return Access((Elementwise(), *[Whole()] * (len(site.inputs) - 1)))


def fold(site: Site) -> tuple[bytes, ...] | None:
    """Returns the input's bytes where it is constant."""
    data = site.input(0).data
    return None if data is None else (data,)


def lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    """Returns no calls."""
    return ()
