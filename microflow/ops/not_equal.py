"""NOT_EQUAL: whether elements of a tensor are other than those of another."""

from microflow.ops._comparison import OTHERS, operator

OPERATOR = operator("NOT_EQUAL", 72, OTHERS, "other than")
