"""SQRT; its values are compared in test_rsqrt.py."""

from __future__ import annotations

from tests.ops.same import findings, joined
from tests.ops.unary import part


def test_unsupported_forms() -> None:
    assert "type int8" in findings(joined(part("SQRT", "int8", (0.1, 0), (0.1, 0))))
