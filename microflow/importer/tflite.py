"""From the bytes of a .tflite file to a graph.

The file is data from a stranger: a broken or hostile one is one diagnostic, never an exception, and
costs time and memory in proportion to its size. Where models in use stray from the schema, the
importer is as tolerant as TensorFlow Lite Micro.
"""

from __future__ import annotations

from microflow.diag import Diagnostics
from microflow.flatbuffer import Malformed
from microflow.graph.call import Foreign
from microflow.graph.ir import Graph
from microflow.importer.container import damaged, main_subgraph, open_model
from microflow.importer.refusal import Refusal
from microflow.importer.subgraphs import lacking, read_graphs, read_sections
from microflow.ops._foreign import foreign_operator


def import_model(
    data: bytes, name: str, customs: tuple[Foreign, ...] = ()
) -> tuple[Graph | None, Diagnostics]:
    """Returns the main subgraph of the model in `data`, with those it runs, or None and why.

    A file that is no sound model gives exactly one diagnostic (MF3xxx); a sound one with operators
    that the compiler lacks gives one for each of them (MF4xxx). `customs` are operators that the
    application computes. None has a place: the caller knows
    where the manifest names the file.
    """
    try:
        return _import(data, name, customs)
    except Malformed as error:
        return None, (damaged(error).diagnostic,)
    except Refusal as refusal:
        return None, (refusal.diagnostic,)


def _import(
    data: bytes, name: str, customs: tuple[Foreign, ...]
) -> tuple[Graph | None, Diagnostics]:
    model = open_model(data)
    main_subgraph(model)
    sections = read_sections(model, {c.operator: foreign_operator(c) for c in customs})
    missing = lacking(sections)
    return (None, missing) if missing else (read_graphs(model, sections, name), ())
