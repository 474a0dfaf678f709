"""GREATER: whether elements of a tensor are greater than those of another."""

from microflow.ops._comparison import Relation, operator

OPERATOR = operator(
    "GREATER",
    61,
    Relation.GREATER,
    "greater than",
    more=" int16: the reference reads factors that it never set, so that what it gives depends on "
    "what was in memory before.",
)
