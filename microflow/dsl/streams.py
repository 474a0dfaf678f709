"""Streamed inputs: which one the application gives row by row."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Label, Rule
from microflow.dsl.manifest import PortDeclaration
from microflow.dsl.project import BoundModel, Project
from microflow.dsl.suggest import closest, listed

UNKNOWN_STREAM = Rule(
    "MF3062",
    "unknown-stream",
    """
No model has an input of this name to stream

`--stream` takes the label of an input, as the manifest gives it. Without a manifest, or where the
manifest does not mention the input, the label comes from the tensor's name; the message lists all.

```sh
mflowc check wake.mflow --stream mffc     # wrong: did you mean `mfcc`?
mflowc check wake.mflow --stream mfcc     # as `input mfcc { stream = true }` in the manifest
```
""",
)

SEVERAL_STREAMS = Rule(
    "MF3063",
    "several-streams",
    """
Only one input of a model can be streamed

The rows of a streamed input drive the computation: each row that is given is consumed at once. A
second stream would have to wait for the first, so its rows would have to be kept after all.

```mflow
input left  { stream = true }
input right { stream = true }      # wrong
```

Stream the larger one; the other stays in memory as a whole.
""",
)


def check_streams(inputs: Iterable[PortDeclaration]) -> Diagnostics:
    """Returns a finding for each streamed input of a model but the first."""
    streams = [(p.label.value, p.stream.span) for p in inputs if p.stream and p.stream.value]
    found = []
    for label, span in streams[1:]:
        first, there = streams[0]
        text = f"`{first}` and `{label}` are both streamed; only one input of a model can be"
        fixes = (Fix("write `false`", (Edit(span, "false"),)),)
        labels = (Label(there, f"`{first}` is streamed too"),)
        remedy = "stream the larger one alone"
        found.append(Diagnostic(SEVERAL_STREAMS, text, remedy, span, labels=labels, fixes=fixes))
    return tuple(found)


def choose_stream(project: Project | None, label: str | None) -> tuple[Project | None, Diagnostics]:
    """Returns the project with the input `label` streamed, whatever its manifest says.

    In each model that has such an input it is the only one; other models stay as they are. None
    changes nothing.
    """
    if project is None or label is None:
        return project, ()
    labels = [port.label for model in project.models for port in model.inputs]
    if label not in labels:
        return project, (_unknown(label, labels),)
    models = tuple(_streamed(model, label) for model in project.models)
    return evolve(project, models=models), ()


def _streamed(model: BoundModel, label: str) -> BoundModel:
    if label not in [port.label for port in model.inputs]:
        return model
    return evolve(
        model,
        inputs=tuple(
            evolve(port, stream=port.label == label, stream_span=None) for port in model.inputs
        ),
    )


def _unknown(label: str, labels: list[str]) -> Diagnostic:
    text = f"no model has an input `{label}` to stream"
    known = list(dict.fromkeys(labels))
    meant = closest(label, known)
    remedy = f"the inputs are {listed(known)}" if known else "leave --stream out: there are none"
    return Diagnostic(UNKNOWN_STREAM, text, f"did you mean `{meant}`?" if meant else remedy)
