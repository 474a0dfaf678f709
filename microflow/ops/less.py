"""LESS: whether elements of a tensor are less than those of another."""

from microflow.ops._comparison import Relation, operator

OPERATOR = operator("LESS", 58, Relation.LESS, "less than")
