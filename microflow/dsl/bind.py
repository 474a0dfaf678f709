"""Stage 2 of binding: from a typed manifest and its models' graphs to the project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Label, Rule
from microflow.dsl.conversion import check_conversion, conversion
from microflow.dsl.declare import declare
from microflow.dsl.labels import default_label
from microflow.dsl.manifest import Manifest, ModelDeclaration, PortDeclaration
from microflow.dsl.paths import resolve
from microflow.dsl.ports import check_port
from microflow.dsl.project import BoundModel, Port, Project
from microflow.dsl.streams import check_streams
from microflow.dsl.symbols import port_symbols
from microflow.dsl.template import default_manifest
from microflow.dsl.tensors import ends, find
from microflow.dsl.text import in_order
from microflow.dsl.types import CALLER
from microflow.dsl.values import Given
from microflow.graph.ir import Graph
from microflow.graph.tensor import Tensor

__all__ = [
    "bind",
    "declare",
    "default_manifest",
    "missing_frontend",
    "missing_source",
    "missing_vectors",
    "resolve",
    "sha256_mismatch",
]

MISSING_SOURCE = Rule(
    "MF3050",
    "missing-source",
    """
The model file can't be read

`source` is a path relative to the manifest's folder, not to the folder in which the command runs.
The message says why the file could not be read.

```mflow
source = "models/wake.tflite"       # beside the manifest, in the folder `models`
source = "../wake.tflite"           # one folder up
```
""",
)

SHA256 = Rule(
    "MF3051",
    "sha256-mismatch",
    """
The model file is not the one that was pinned

`sha256` pins the manifest to one model file, so that firmware is not built from another by
accident. The file has changed since, or was not the right one.

```sh
sha256sum models/wake.tflite
```

If the new file is meant, write its digest into the manifest; otherwise restore the old file.
""",
)

MISSING_FRONTEND = Rule(
    "MF3060",
    "missing-frontend",
    """
The front end's header can't be read

`frontend` is the path of a C header that turns raw samples into the input tensor, relative to the
manifest's folder. It is copied beside the generated code.

```mflow
input mfcc { frontend = "frontend/log_mel.h" }
```
""",
)


MISSING_VECTORS = Rule(
    "MF3070",
    "vectors-not-found",
    """
The file of vectors can't be read

`vectors` is the path of known inputs and outputs, which `mflowc verify` compares with, relative to
the manifest's folder. The message says why the file could not be read.

```mflow
verify { vectors = "vectors/wake.npz" }
```

Delete the key to compare with TensorFlow Lite Micro instead.
""",
)


def bind(
    manifest: Manifest, imported: Mapping[str, Graph], sha256: Mapping[str, str] | None = None
) -> tuple[Project | None, Diagnostics]:
    """Returns the project, and every mismatch between the manifest and its models.

    `imported` and `sha256` give the graph and the file's digest for each of `manifest.sources`.
    Models without a graph are left out: whoever failed to read them has said so. The project holds
    all that was understood, even beside errors; it is None where no model was imported.
    """
    digests = sha256 or {}
    models: list[BoundModel] = []
    found: list[Diagnostic] = []
    for declaration in manifest.models:
        if declaration.source is None or declaration.source.value not in imported:
            continue
        graph = imported[declaration.source.value]
        model, findings = _bind_model(declaration, manifest, graph, digests)
        models.append(model)
        known = {(d.rule, d.span, d.message) for d in found}
        new = [d for d in findings if (d.rule, d.span, d.message) not in known]
        found.extend(_inherited(declaration, d) for d in new)
    if not models:
        return None, ()
    names = dict.fromkeys(name for model in models for name in model.targets)
    targets = tuple(manifest.targets[name] for name in names)
    return Project(manifest.path, targets, tuple(models)), in_order(found)


def missing_source(source: Given[str], reason: str = "there is no such file") -> Diagnostic:
    """Returns the finding that the model file at `source`, a resolved path, can't be read."""
    text = f"can't read the model `{source.value}`: {reason}"
    remedy = "correct the path, which is relative to the manifest, or put the file there"
    return Diagnostic(MISSING_SOURCE, text, remedy, source.span)


def missing_frontend(frontend: Given[str], reason: str = "there is no such file") -> Diagnostic:
    """Returns the finding that the C header at `frontend`, a resolved path, can't be read."""
    text = f"can't read the header `{frontend.value}`: {reason}"
    remedy = "correct the path, which is relative to the manifest, or put the file there"
    return Diagnostic(MISSING_FRONTEND, text, remedy, frontend.span)


def missing_vectors(vectors: Given[str], reason: str = "there is no such file") -> Diagnostic:
    """Returns the finding that the file at `vectors`, a resolved path, can't be read."""
    text = f"can't read the vectors `{vectors.value}`: {reason}"
    remedy = "correct the path, which is relative to the manifest, or put the file there"
    return Diagnostic(MISSING_VECTORS, text, remedy, vectors.span)


def sha256_mismatch(pinned: Given[str], actual: str) -> Diagnostic | None:
    """Returns the finding that a file's digest is not the pinned one, if it is not."""
    if pinned.value == actual.lower():
        return None
    fix = Fix("pin the file that is there", (Edit(pinned.span, f'"{actual}"'),))
    return Diagnostic(
        SHA256,
        f"the model file's SHA-256 is {actual[:12]}…, not {pinned.value[:12]}…",
        "restore the pinned file, or pin the one that is there if it is meant",
        pinned.span,
        fixes=(fix,),
    )


def _bind_model(
    declaration: ModelDeclaration, manifest: Manifest, graph: Graph, digests: Mapping[str, str]
) -> tuple[BoundModel, Diagnostics]:
    source = declaration.source
    assert source is not None
    digest = digests.get(source.value, "")
    changed = declaration.sha256 and digest and sha256_mismatch(declaration.sha256, digest)
    found = [*([changed] if changed else []), *check_streams(declaration.inputs)]
    symbols: set[str] = set()
    for port in (*declaration.inputs, *declaration.outputs):
        symbols |= port_symbols(port.direction, port.label.value)
    inputs, findings = _bind_ports("input", declaration.inputs, graph, symbols)
    outputs, more = _bind_ports("output", declaration.outputs, graph, symbols)
    model = BoundModel(
        declaration.name.value,
        graph,
        source.value,
        digest,
        declaration.profile,
        declaration.optimize,
        declaration.budget,
        inputs,
        outputs,
        tuple(t.value for t in declaration.targets if t.value in manifest.targets),
        declaration.prefix,
        declaration.out_dir,
        declaration.span,
        source.span,
        declaration.packages,
        declaration.selftest is not None and declaration.selftest.value,
        declaration.selftest.span if declaration.selftest else None,
        declaration.place,
        manifest.arenas.get(declaration.arena.value) if declaration.arena else None,
        declaration.arena.span if declaration.arena else None,
        declaration.arena is not None and declaration.arena.value == CALLER,
        declaration.overrides,
        declaration.vectors.value if declaration.vectors else None,
        declaration.tolerance,
        declaration.profile_span,
        declaration.kernels,
    )
    return model, (*found, *findings, *more)


def _bind_ports(
    direction: str, declared: Iterable[PortDeclaration], graph: Graph, symbols: set[str]
) -> tuple[tuple[Port, ...], Diagnostics]:
    taken: dict[int, PortDeclaration] = {}
    found: list[Diagnostic] = []
    tensors = ends(graph, direction)
    for port in declared:
        position, finding = find(port, graph, taken)
        if position is None:
            found.extend([finding] if finding else [])
            continue
        taken[position] = port
        found.extend(check_port(port, tensors[position]))
        found.extend(check_conversion(port, tensors[position]))
    ports = []
    for position, tensor in enumerate(tensors):
        if position in taken:
            ports.append(_port(taken[position], position, tensor))
            continue
        label = default_label(direction, position, tensor.name, symbols)
        ports.append(Port(label, position, tensor))
    return tuple(ports), tuple(found)


def _port(declaration: PortDeclaration, position: int, tensor: Tensor) -> Port:
    labels = declaration.labels.value if declaration.labels else ()
    return Port(
        declaration.label.value,
        position,
        tensor,
        declaration.unit,
        declaration.real.value if declaration.real else None,
        tuple(label.value for label in labels),
        declaration.decode.value if declaration.decode else None,
        declaration.frontend.value if declaration.frontend else None,
        declaration.label.span,
        declaration.stream is not None and declaration.stream.value,
        declaration.stream.span if declaration.stream else None,
        conversion(declaration, tensor),
    )


def _inherited(declaration: ModelDeclaration, finding: Diagnostic) -> Diagnostic:
    """Returns a finding on an inherited line with the heir's name and without a fix."""
    span, model = finding.span, declaration.span
    here = span is not None and span.path == model.path
    if span is None or (here and model.line <= span.line <= model.end_line):
        return finding
    label = Label(declaration.name.span, f"inherited by model `{declaration.name.value}`")
    remedy = f"{finding.help}; or give it anew in `{declaration.name.value}`"
    return evolve(finding, labels=(*finding.labels, label), help=remedy, fixes=())
