"""GREATER_EQUAL: whether elements of a tensor are greater than or equal to those of another."""

from microflow.ops._comparison import Relation, operator

OPERATOR = operator(
    "GREATER_EQUAL", 62, Relation.GREATER | Relation.EQUAL, "greater than or equal to"
)
