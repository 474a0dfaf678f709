"""LESS_EQUAL: whether elements of a tensor are less than or equal to those of another."""

from microflow.ops._comparison import Relation, operator

OPERATOR = operator("LESS_EQUAL", 63, Relation.LESS | Relation.EQUAL, "less than or equal to")
