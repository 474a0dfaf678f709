"""Labels for inputs and outputs that a manifest does not mention, from their tensors' names."""

from __future__ import annotations

import re

from microflow.dsl.symbols import is_reserved, port_symbols, sanitised

_LONGEST = 32
_SERVING = re.compile(r"^serving_default_|:\d+$")
# Names that converters give, which say nothing of what the tensor holds.
_MEANINGLESS = re.compile(r"((Stateful)?PartitionedCall|Identity)[:_\d]*(u?int\d+)?", re.ASCII)


def default_label(direction: str, position: int, name: str, symbols: set[str]) -> str:
    """Returns a C identifier for a tensor's name, and adds its symbols to those in use.

    Short names keep their words; of long ones the last part of the path remains; where that is
    nothing, it is ``input0`` or ``output0``.
    """
    plain = _SERVING.sub("", name.split(";", maxsplit=1)[0])
    words = [sanitised(plain), sanitised(plain.rsplit("/", 1)[-1])]
    meaningful = not _MEANINGLESS.fullmatch(plain)
    wanted = next((w for w in words if meaningful and 0 < len(w) <= _LONGEST), "")
    label = wanted or f"{direction}{position}"
    tried = 1
    while port_symbols(direction, label) & symbols or is_reserved(label):
        tried += 1
        label = f"{wanted or direction}_{tried}"
    symbols |= port_symbols(direction, label)
    return label
