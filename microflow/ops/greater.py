"""GREATER: whether elements of a tensor are greater than those of another."""

from microflow.ops._comparison import Relation, operator

OPERATOR = operator("GREATER", 61, Relation.GREATER, "greater than")
