"""Opens the file: is it a TensorFlow Lite model at all, whole, and of a version we know?"""

from __future__ import annotations

from attrs import frozen

from microflow.diag import Rule
from microflow.flatbuffer import Malformed, Table, Truncated, root
from microflow.importer.refusal import Refusal
from microflow.importer.schema import Model, SubGraph

NOT_TFLITE = Rule(
    "MF3001",
    "not-a-tflite-file",
    """The model is not a TensorFlow Lite file

A TensorFlow Lite file has the letters `TFL3` at bytes 4 to 7. This one has not, so it is something
else: a model in another format, an archive around the model, a pointer that Git LFS left in place
of the model, or a web page saved instead of a download.

    $ head -c 8 wake.tflite | xxd
    00000000: 1c00 0000 5446 4c33                      ....TFL3

Remedy: convert the model with `tf.lite.TFLiteConverter`, or fetch the real file; the message says
what the file looks like.
""",
)

TRUNCATED = Rule(
    "MF3002",
    "truncated-model",
    """The end of the model file is missing

The file starts as a TensorFlow Lite model and then refers to bytes past its own end. That is what
an interrupted download or copy leaves behind, or a disk that ran full.

    $ ls -l wake.tflite          # smaller than where it came from?

Remedy: copy or download the file again and compare its size. If it is complete, it was damaged
when it was written: convert the model again.
""",
)

MALFORMED = Rule(
    "MF3003",
    "malformed-model",
    """The model file is damaged

The file has the signature of a TensorFlow Lite model, but its tables contradict the format. The
message says where the compiler stopped. Nothing of such a file can be trusted.

Example: an enumeration whose value the schema does not have, or tables that overlap so that a small
file expands without end.

Remedy: copy the file again. If the message stays, convert the model again from its source.
""",
)

SCHEMA_VERSION = Rule(
    "MF3004",
    "schema-version",
    """The model has a schema version that the compiler does not know

TensorFlow Lite has used version 3 of its schema since 2017. Older versions are no longer written,
newer ones do not exist yet.

Example: a model that was converted with TensorFlow 1.0, whose identifier is `TFL2`.

Remedy: convert the model again with a TensorFlow of today.
""",
)

NOTHING_TO_COMPUTE = Rule(
    "MF3009",
    "nothing-to-compute",
    """The model has no subgraph or no output

The compiler translates the first subgraph of a model, from its inputs to its outputs. A file with
no subgraph, or whose first subgraph has no outputs, computes nothing.

Example: a file that holds only metadata, or one that a tool stripped of its signature's outputs.

Remedy: convert the model again and check that it has outputs; a viewer such as Netron shows them.
""",
)


@frozen
class _Lookalike:
    start: bytes
    what: str
    help: str


_CONVERT = "convert it with tf.lite.TFLiteConverter and give the .tflite file"

_LOOKALIKES = (
    _Lookalike(
        b"version https://git-lfs", "a Git LFS pointer, not the model", "run 'git lfs pull'"
    ),
    _Lookalike(b"\x89HDF\r\n\x1a\n", "an HDF5 file (Keras .h5)", _CONVERT),
    _Lookalike(
        b"PK\x03\x04",
        "a zip archive (Keras .keras, PyTorch .pt, or a packed model)",
        "unpack it, or convert the model in it with tf.lite.TFLiteConverter",
    ),
    _Lookalike(b"\x1f\x8b", "a gzip archive", "unpack it and give the .tflite file"),
    _Lookalike(b"\x08\x01\x12", "a TensorFlow SavedModel", _CONVERT),
    _Lookalike(b"\x93NUMPY", "a NumPy array", _CONVERT),
    _Lookalike(b"{", "JSON", _CONVERT),
    _Lookalike(b"<", "a web page", "download the file itself (on GitHub: 'Raw')"),
)

_C_ARRAY = _Lookalike(
    b"", "C source", "give the .tflite file that the array was made of (xxd -r -p turns it back)"
)
_ONNX = _Lookalike(b"", "an ONNX model", "convert it to TensorFlow Lite, for example with onnx2tf")
_UNKNOWN = _Lookalike(b"", "no model format that the compiler knows", _CONVERT)


def open_model(data: bytes) -> Table:
    """Returns the root table of a TensorFlow Lite file; raises `Refusal` or `Malformed`."""
    if not data:
        raise Refusal(NOT_TFLITE, "the model file is empty", "copy or download the file again")
    identifier = data[4:8]
    if identifier[:3] != b"TFL":
        seen = _looks_like(data)
        raise Refusal(NOT_TFLITE, f"not a TensorFlow Lite file: it is {seen.what}", seen.help)
    model = root(data)
    version = model.integer(Model.VERSION, "u32")
    if version == 0:
        raise Malformed("it states no schema version")
    if identifier != b"TFL3" or version != 3:
        stated = identifier[3:].decode("ascii", "backslashreplace")
        raise Refusal(
            SCHEMA_VERSION,
            f"the model has schema version {version} (identifier TFL{stated}); expected version 3",
            "convert the model again with a current TensorFlow",
        )
    return model


def main_subgraph(model: Table) -> Table:
    """Returns the first subgraph; raises `Refusal` where the model computes nothing."""
    subgraphs = model.tables(Model.SUBGRAPHS)
    if len(subgraphs) == 0:
        raise Refusal(NOTHING_TO_COMPUTE, "the model has no subgraph")
    if not subgraphs[0].integers(SubGraph.OUTPUTS):
        raise Refusal(NOTHING_TO_COMPUTE, "the model has no output")
    return subgraphs[0]


def damaged(error: Malformed) -> Refusal:
    """Returns what the reader found wrong as a refusal."""
    if isinstance(error, Truncated):
        return Refusal(
            TRUNCATED,
            f"the model file is cut short: {error}",
            "copy or download the file again and compare its size with the original's",
        )
    return Refusal(
        MALFORMED,
        f"the model file is damaged: {error}",
        "copy the file again; if the message stays, convert the model again",
    )


def _looks_like(data: bytes) -> _Lookalike:
    text = data.lstrip()[:4096]
    for known in _LOOKALIKES:
        if text.startswith(known.start):
            return known
    if b"unsigned char" in text or b"uint8_t" in text:
        return _C_ARRAY
    # An ONNX file opens with its version (field 1, a small number) and its producer (field 2).
    return _ONNX if data[:1] == b"\x08" and data[2:3] in (b"\x12", b":") else _UNKNOWN
