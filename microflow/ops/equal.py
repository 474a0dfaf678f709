"""EQUAL: whether elements of a tensor are equal to those of another."""

from microflow.ops._comparison import Relation, operator

OPERATOR = operator("EQUAL", 71, Relation.EQUAL, "equal to")
