from __future__ import annotations

import pytest

from microflow.importer import operators
from tests.importer.records import record


@pytest.fixture(autouse=True)
def records(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the importer find records that do not depend on the compiler's operators."""
    monkeypatch.setattr(operators, "operator", record)
