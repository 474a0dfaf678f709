"""Can the models be computed by the rules of the profile that their manifest names?"""

from __future__ import annotations

from collections.abc import Iterator

from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.dsl.project import BoundModel, Project
from microflow.graph.ir import Graph, Site
from microflow.ops import profiles
from microflow.ops.check import checked_sites, place
from microflow.profiles import PROFILES, TFLM, WITH_HEADERS

NOT_IN_PROFILE = Rule(
    "MF4020",
    "not-in-profile",
    """An operator does not follow the profile of its model

`profile` says whose arithmetic the generated code reproduces, byte for byte (`docs/numerics.md`).
The compiler has every operator as TensorFlow Lite Micro computes it (`tflm`). LiteRT rounds some of
them otherwise; those that the compiler does not have in that form are refused, never approximated.

```mflow
profile = xnnpack       # the message names an operator that does not follow it
profile = tflm          # every operator does
```

Remedy: take `profile = tflm`, which is what microcontrollers usually run, or do without the
operator in that form.
""",
)

MIXED_PROFILES = Rule(
    "MF4021",
    "mixed-profiles",
    """Models whose profiles round otherwise are compiled into one file

All models of a target become one file of C, and its layers share their code. `xnnpack` rounds their
sums otherwise than `tflm` and `litert-ref` do.

```mflow
model a { source = "a.tflite"  targets = [host]  profile = xnnpack }
model b { source = "b.tflite"  targets = [host]  profile = tflm }     # wrong beside a
```

Remedy: give the models of a target one profile, or write a manifest for each.
""",
)


def check_profiles(project: Project) -> Diagnostics:
    """Returns why models of `project` cannot follow their profiles, alone or beside each other."""
    alone = (found for model in project.models for found in _check_model(model))
    together = (
        found for target in project.targets for found in _check_target(project, target.name)
    )
    return (*alone, *dict.fromkeys(together))


def _check_model(model: BoundModel) -> Iterator[Diagnostic]:
    span = model.profile_span or model.source_span
    if model.profile == TFLM:
        return
    for site in _rounding_sites(model.graph):
        finding = next(profiles.check(site, model.profile), None)
        if finding is not None:
            where = f" at tensor {finding.tensor}" if finding.tensor else ""
            message = f"{place(site)}: {finding.what} is not supported{where}"
            yield Diagnostic(NOT_IN_PROFILE, message, f"use {finding.works}", span)


def _rounding_sites(graph: Graph) -> Iterator[Site]:
    """The supported nodes, but for those whose outputs are whole numbers that are known already."""
    for site, unsupported, known in checked_sites(graph):
        if not unsupported and not (known and all(t.dtype in profiles.PLAIN for t in site.outputs)):
            yield site


def _check_target(project: Project, target: str) -> Iterator[Diagnostic]:
    models = [m for m in project.models if target in m.targets]
    first = next((m for m in models if m.profile in WITH_HEADERS), None)
    other = next((m for m in models if m.profile not in WITH_HEADERS), None)
    if first is None or other is None:
        return
    yield Diagnostic(
        MIXED_PROFILES,
        f"models `{first.name}` ({first.profile}) and `{other.name}` ({other.profile}) are both "
        f"compiled for {target}, into one file",
        f"give both one profile ({', '.join(PROFILES)}), or put one into a manifest of its own",
        first.profile_span or first.source_span,
    )
