"""The intermediate representation: tensors, nodes, graphs, and what an operator is."""
