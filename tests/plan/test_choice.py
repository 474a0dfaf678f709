"""Which kernels compute a node: the fastest, the smallest, or those in plain C."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import evolve

from microflow.dsl.values import Kernels
from microflow.graph.access import elementwise
from microflow.graph.call import KernelCall, array
from microflow.graph.ir import Graph, Node, Operator, Site
from microflow.graph.tensor import DType, Tensor
from microflow.plan.choice import as_wished, chosen
from microflow.targets import Core, Costs, CostTable, KernelSize, RowCost, SizeTable, load_core


def _call(site: Site, kernel: str, constants: int) -> KernelCall:
    table = array("table", np.zeros(constants, np.int8))
    return KernelCall(kernel, (site.input(0).id,), (site.output.id,), {"n": 10, "table": table})


def _designs(site: Site, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    if "fast" in core.isa:
        yield (_call(site, "fast", 100),)
        yield (_call(site, "slim", 10),)


OPERATOR = Operator(
    name="INVENTED",
    code=-1,
    doc="",
    infer=lambda site: (site.input(0).shape,),
    check=lambda site: (),
    access=lambda site: elementwise(1),
    lower=lambda site, core: (_call(site, "usual", 50),),
    designs=_designs,
    kernels=("usual", "fast", "slim"),
)


def _graph(nodes: int = 1) -> Graph:
    tensors = {i: Tensor(i, f"t{i}", DType.INT8, (10,)) for i in range(nodes + 1)}
    made = tuple(Node(i, OPERATOR, (i,), (i + 1,)) for i in range(nodes))
    return Graph("invented", tensors, made, (0,), (nodes,))


def _size(name: str, code: int) -> KernelSize:
    return KernelSize(code, 0, (f"mf_{name}",))


def _core(times: dict[str, float] | None = None, **code: int) -> Core:
    costs = Costs(0, RowCost(), {k: {"n": each} for k, each in (times or {}).items()})
    sizes = SizeTable(
        kernels={k: _size(k, size) for k, size in code.items()},
        code={f"mf_{k}": size for k, size in code.items()},
    )
    isa, table = ("fast", "portable"), CostTable(instructions=costs)
    return evolve(load_core("cortex-m4"), isa=isa, sizes=sizes, costs=table, cycle_model=False)


def _kernel(core: Core, graph: Graph | None = None) -> str:
    (call,) = chosen(next(iter((graph or _graph()).sites())), core)
    return call.kernel


def test_the_fastest_is_taken() -> None:
    assert _kernel(_core({"usual": 9, "fast": 3, "slim": 5})) == "fast"
    assert _kernel(_core({"usual": 9, "fast": 6, "slim": 5})) == "slim"
    assert _kernel(_core({"usual": 2, "fast": 3, "slim": 5})) == "usual"


def test_a_design_of_unknown_time_is_as_good_as_it_claims() -> None:
    assert _kernel(_core({"usual": 1})) == "fast"


def test_other_cores_keep_to_the_usual_kernels() -> None:
    assert _kernel(evolve(_core(), isa=("portable",))) == "usual"


def test_little_flash_counts_code_once() -> None:
    """The slim kernel saves 40 bytes of constants a node, and has 100 bytes of code of its own."""
    for nodes, expected in ((1, "usual"), (2, "usual"), (3, "slim")):
        graph = _graph(nodes)
        found = as_wished(graph, _core(usual=0, fast=0, slim=100), Kernels(), small=True)
        assert _kernel(found.core, graph) == expected
        assert [call.kernel for calls in found.calls for call in calls] == [expected] * nodes


def test_little_flash_may_be_two_hundredths_more() -> None:
    """The fast kernel takes 1,000 bytes of code and 100 of constants, the usual one 50 of those."""
    for more, expected in ((20, "fast"), (24, "usual")):
        core = _core(usual=1050, fast=1000 + more - 1, slim=2000)
        assert _kernel(as_wished(_graph(), core, Kernels(), small=True).core) == expected


def test_plain_c_for_all() -> None:
    core = as_wished(_graph(), _core(), Kernels(plain=True), small=False).core
    assert core.isa == ("portable",)
    assert _kernel(core) == "usual"


def test_plain_c_for_an_operator() -> None:
    wishes = Kernels(operators=frozenset({"invented"}))
    core = as_wished(_graph(), _core(), wishes, small=False).core
    assert core.plain == {"usual", "fast", "slim"}
    assert _kernel(core) == "usual"
    wishes = Kernels(operators=frozenset({"softmax"}))
    other = as_wished(_graph(), _core(), wishes, small=False).core
    assert not other.plain
    assert _kernel(other) == "fast"


def test_sizes_follow_the_variants() -> None:
    """Those of plain C where it is wanted, or where it is smaller and that is the goal."""
    sizes = _core(usual=300, other=20).sizes
    plain = {"usual": _size("usual", 80), "other": _size("other", 30)}
    table = evolve(sizes, plain=plain, plain_code={"mf_usual": 80, "mf_other": 30})
    plain_core = evolve(_core(), sizes=table, isa=("portable",))
    small = as_wished(_graph(), plain_core, Kernels(), small=True).core
    assert small.plain == {"usual"}
    assert small.sizes.kernels["usual"].code == small.sizes.code["mf_usual"] == 80
    assert small.sizes.kernels["other"].code == small.sizes.code["mf_other"] == 20
    wishes = Kernels(operators=frozenset({"invented"}))
    wished = as_wished(_graph(), plain_core, wishes, small=False).core
    assert wished.sizes.code["mf_usual"] == 80
