"""Draws plans: graphs divided into steps in any legal way, not only in the best one."""

from __future__ import annotations

from attrs import frozen
from hypothesis import strategies as st

from microflow.plan.band import simulate
from microflow.plan.plan import Plan, settle
from microflow.plan.segment import Division
from microflow.plan.shadow import Layout
from microflow.plan.shapes import Shape, shape
from microflow.plan.steps import Step, banded, peak, single
from microflow.plan.tasks import Work, work

from .draw import Planned, graphs

ROWS = ("window", "window", "window", "element", "element", "pixel", "row", "sink", "view")


@frozen
class Case:
    """A plan of a drawn graph."""

    planned: Planned
    plan: Plan

    @property
    def layout(self) -> Layout:
        """What the machine and the shadow execution are given."""
        p = self.plan
        return Layout(p.steps, p.orders, p.buffers, p.offsets, p.arena_bytes)

    @property
    def bands(self) -> list[int]:
        """The steps that are bands."""
        return [number for number, step in enumerate(self.plan.steps) if step.band is not None]


def division(tasks: Work, steps: list[Step], streamed: int | None) -> Division:
    """Returns a division with its figures."""
    highest = max((peak(tasks, step, streamed) for step in steps), default=0)
    return Division(tuple(steps), highest, sum(step.row_calls for step in steps))


def choices_at(tasks: Work, first: int, streamed: int | None) -> list[Shape | None]:
    """Returns the bands that may begin with a task; None stands for a step on whole tensors."""
    readers = set() if streamed is None else set(tasks.readers[streamed])
    found: list[Shape | None] = [] if first in readers else [None]
    for last in range(first, len(tasks.tasks)):
        takes = not readers.isdisjoint(range(first, last + 1))
        possible = shape(tasks, first, last, streamed) if last > first or takes else None
        found += [] if possible is None else [possible]
    return found


def step_of(tasks: Work, first: int, chosen: Shape | None) -> Step:
    """Returns the step that a choice stands for."""
    return single(tasks, first) if chosen is None else banded(tasks, simulate(tasks, chosen))


@st.composite
def cases(draw: st.DrawFn, *, nodes: int = 6) -> Case:
    """A plan with bands wherever the draw wants them; an input may be streamed."""
    planned = draw(graphs(kinds=ROWS, nodes=nodes) if draw(st.booleans()) else graphs())
    tasks = work(planned.graph, planned.calls)
    wanted = draw(st.sampled_from((None, *planned.graph.inputs)))
    streamed = wanted if wanted is not None and _streams(tasks, wanted) else None
    steps: list[Step] = []
    while (first := steps[-1].last + 1 if steps else 0) < len(tasks.tasks):
        possible = choices_at(tasks, first, streamed)
        if not possible:  # a reader of the streamed input stands behind others, which must join it
            steps, streamed = [], None
            continue
        steps.append(step_of(tasks, first, draw(st.sampled_from(possible[::-1]))))
    return Case(planned, settle(tasks, division(tasks, steps, streamed)))


def _streams(tasks: Work, buffer: int) -> bool:
    """Tells whether a band from the first reader of an input on can take it row by row."""
    readers = tasks.readers[buffer]
    last = len(tasks.tasks)
    return bool(readers) and any(
        shape(tasks, readers[0], e, buffer) for e in range(readers[-1], last)
    )
