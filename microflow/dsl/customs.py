"""The ``custom`` blocks of a manifest: C functions that compute custom operators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from microflow.diag import Diagnostic, Diagnostics, Label, Rule, Severity, quoted
from microflow.dsl.manifest import CustomDeclaration
from microflow.dsl.read import Entry
from microflow.dsl.values import Given
from microflow.graph.call import Foreign
from microflow.graph.ir import Graph
from microflow.graph.state import inner_graphs

TWICE_COMPUTED = Rule(
    "MF2042",
    "twice-computed",
    """
Two functions would compute the same operator

Every custom operator of a model file is computed by one function, whichever model uses it. Here two
`custom` blocks name the same operator, so it is not known which function to call.

```mflow
custom my_op   { operator = "MyOp"; header = "my_op.h" }
custom my_fast { operator = "MyOp"; header = "my_op.h" }     # wrong: which one?
```

Delete one of them.
""",
)

UNUSED_CUSTOM = Rule(
    "MF2043",
    "unused-custom",
    """
No model has the operator that the function computes

The name of the operator must be that of the model file, letter by letter. `mflowc inspect` lists
the operators of a model.

```mflow
custom my_op { operator = "my_op"; header = "my_op.h" }     # wrong where the file says MyOp
custom my_op { operator = "MyOp"; header = "my_op.h" }      # right
```
""",
    Severity.WARNING,
)


def declare_customs(entries: Iterable[Entry]) -> tuple[tuple[CustomDeclaration, ...], Diagnostics]:
    """Returns the functions that are declared, and those whose operator has one already.

    A header that was not understood is empty: that it is wrong is said elsewhere.
    """
    found: list[Diagnostic] = []
    first: dict[str, Given[str]] = {}
    made = []
    for entry in entries:
        values = entry.values
        if entry.label is None or "operator" not in values:
            continue
        operator: Given[str] = values["operator"]
        known = first.setdefault(operator.value, operator)
        if known is not operator:
            found.append(_twice(operator, known))
            continue
        source = values["source"].value if "source" in values else ""
        header = values["header"].value if "header" in values else ""
        function = Foreign(entry.label.text, operator.value, header, source)
        made.append(CustomDeclaration(function, operator))
    return tuple(made), tuple(found)


def check_used(customs: Iterable[CustomDeclaration], graphs: Mapping[str, Graph]) -> Diagnostics:
    """Returns a finding for each function that no model calls, where all models were understood."""
    used = {
        node.op.custom
        for graph in graphs.values()
        for each in (graph, *inner_graphs(graph).values())
        for node in each.nodes
    }
    return tuple(_unused(c.operator) for c in customs if c.operator.value not in used)


def _twice(operator: Given[str], known: Given[str]) -> Diagnostic:
    text = f"two functions would compute the operator {quoted(operator.value)}"
    labels = (Label(known.span, "the first is here"),)
    remedy = "delete one of the two blocks"
    return Diagnostic(TWICE_COMPUTED, text, remedy, operator.span, labels=labels)


def _unused(operator: Given[str]) -> Diagnostic:
    text = f"no model has an operator {quoted(operator.value)}"
    remedy = "write the name as `mflowc inspect` shows it, or delete the block"
    return Diagnostic(UNUSED_CUSTOM, text, remedy, operator.span)
