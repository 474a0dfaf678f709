"""What a model says of one of its targets: ``on`` blocks, checked and put over the rest."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Label, Rule
from microflow.dsl.ast import Name
from microflow.dsl.chips import unknown_target
from microflow.dsl.inherit import merge
from microflow.dsl.read import Entry
from microflow.dsl.suggest import closest, listed
from microflow.dsl.values import Given
from microflow.targets import target_names

NOT_A_TARGET_OF_THE_MODEL = Rule(
    "MF2033",
    "not-a-target-of-the-model",
    """
The model is not compiled for the target of an `on` block

An `on` block says what differs on one of the model's `targets`. For another target it would have no
effect, and is probably a slip, or a leftover.

```mflow
model wake {
  source  = "models/wake.tflite"
  targets = [nrf52840]
  on atmega328p { budget { ram = 1536B } }      # wrong: not among the targets
  on nrf52840   { budget { ram = 24KiB } }      # right
}
```

Name the target in `targets` too, or delete the block. Blocks that a model inherits may be for
targets that it does not have itself.
""",
)


def override(model: Entry, on: Entry) -> Entry:
    """Returns `model` as it is on one target: what ``on`` does not say is the model's own."""
    return evolve(merge(model, on), kind=model.kind)


def check_overrides(model: Entry, targets: Mapping[str, object], whole: bool) -> Diagnostics:
    """Returns a finding for each ``on`` block of the model for a target that it does not have.

    `targets` are those of the manifest. Where the file is not `whole`, an unknown target may stand
    in what was lost: nothing is said.
    """
    given: Given[tuple[Given[str], ...]] | None = model.values.get("targets")
    if given is None:
        return ()
    own = [e for e in model.named("on") if any(e.block is s for s in model.block.body)]
    names = dict.fromkeys(reference.value for reference in given.value)
    others = [e.label for e in own if e.label is not None and e.label.text not in names]
    if not others:
        return ()
    known = {*targets, *target_names()}
    return tuple(
        _not_of_the_model(label, given, names)
        if label.text in known
        else unknown_target(label, {**names, **targets})
        for label in others
        if whole or label.text in known
    )


def _not_of_the_model(
    label: Name, given: Given[tuple[Given[str], ...]], names: Mapping[str, object]
) -> Diagnostic:
    text = f"the model is not compiled for `{label.text}`"
    labels = (Label(given.span, "its targets"),)
    meant = closest(label.text, names)
    fixes = (Fix(f"write `{meant}`", (Edit(label.span, meant),)),) if meant else ()
    add = f"add `{label.text}` to its targets, which are {listed(names)}, or delete the block"
    remedy = f"did you mean `{meant}`? Otherwise {add}" if meant else add
    return Diagnostic(NOT_A_TARGET_OF_THE_MODEL, text, remedy, label.span, labels, fixes=fixes)
