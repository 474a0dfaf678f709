"""One module an operator, named as the operator in lower case; each defines `OPERATOR`."""
