"""The one table of the language: every kind of block and every key, with type, default and doc.

The binder reads it; so do completion, hover and the reference documentation. To add a key, add a
row here and use its value in `microflow.dsl.declare`. Inputs and outputs stand in `schema_ports`.
"""

from __future__ import annotations

from microflow.dsl import composites, types
from microflow.dsl.kinds import Key, Kind
from microflow.dsl.schema_ports import INPUT, OUTPUT
from microflow.resources import modules

EDITION = 1

# The modules of `microflow.firmware`, which stands above this layer; a test compares them.
PACKAGES = ("cmake", "arduino", "zephyr", "esp_idf", "platformio", "cmsis_pack", "make")

# Those of `microflow.profiles`, which speaks of graphs; a test compares them.
PROFILES = ("tflm", "litert-ref", "xnnpack")

MEMORY = Kind(
    "memory",
    "A memory of the chip: what the application leaves of one that it has, or one more.",
    (
        Key(
            "kind",
            types.word(("ram", "flash")),
            "What lies in it: variables in `ram`, constants in `flash`. Only a memory that the "
            "chip does not have yet needs it.",
        ),
        Key("origin", types.ADDRESS, "The address at which the memory begins, for the linker."),
        Key("size", types.SIZE, "The bytes that are there for the firmware."),
    ),
    label="a memory",
    labels=("flash", "ram"),
    open=True,
    symbol=True,
)

TARGET = Kind(
    "target",
    "A chip of your own: a built-in one, or another of the manifest, with changes.",
    (Key("clock", types.FREQUENCY, "The core's clock; the time of an inference follows from it."),),
    (MEMORY,),
    label="a target",
    parent="target",
    parent_required=True,
)

ARENA = Kind(
    "arena",
    "Memory for the tensors of several models, of which only one is in use at a time.",
    (
        Key(
            "size", types.SIZE, "The bytes that it may take; it takes what its largest user needs."
        ),
        Key("align", types.ALIGNMENT, "Its alignment in bytes, where the core needs less."),
        Key("section", types.SECTION, "The linker section that it lies in."),
    ),
    label="an arena",
    symbol=True,
)

CUSTOM = Kind(
    "custom",
    "A C function of the application's that computes a custom operator of models. Its name is the "
    "label; `docs/custom.md` says how it is called.",
    (
        Key(
            "operator",
            types.TEXT,
            "The operator's name, as the model file has it.",
            required=True,
        ),
        Key(
            "header",
            types.HEADER,
            "The header that declares the function, as it stands behind `#include`; it must be on "
            "the include path of the build.",
            required=True,
        ),
        Key(
            "source",
            types.PATH,
            "The C file that holds the function, relative to the manifest: `run`, `verify` and "
            "self-tests build it for this computer.",
        ),
    ),
    label="a C function",
    symbol=True,
)

BUDGET = Kind(
    "budget",
    "What the model may take. Memory over budget is an error, time over budget a warning.",
    (
        Key("flash", types.SIZE, "Bytes of flash: code, constants and initialised data."),
        Key("ram", types.SIZE, "Bytes of RAM: arena, other variables and the deepest stack."),
        Key("stack", types.SIZE, "Bytes of stack that an inference may use."),
        Key("latency", types.TIME, "The time of one inference, an estimate."),
    ),
)

PLACE = Kind(
    "place",
    "Where the model lies: memories of its targets, by their names.",
    (
        Key(
            "weights",
            types.MEMORY,
            "The memory for weights, biases and tables; a flash.",
            default="flash",
        ),
        Key("arena", types.MEMORY, "The memory for the arena; a RAM.", default="ram"),
    ),
)

VERIFY = Kind(
    "verify",
    "What `mflowc verify` compares with, where the command line does not say.",
    (
        Key(
            "vectors",
            types.PATH,
            "A file of known inputs and outputs, relative to the manifest. Without it, drawn "
            "inputs are compared with the interpreter of TensorFlow Lite Micro.",
        ),
        Key(
            "tolerance",
            types.LSB,
            "By how many steps integer outputs may be off. Not 0 is for vectors of another "
            "runtime, whose rounding differs.",
            default="0lsb",
        ),
    ),
)

_NO_OPERATORS = [
    "check",
    "list_writes",
    "options",
    "profiles",
    "reference",
    "registry",
    "variables",
]
OPERATORS = modules("ops", but=_NO_OPERATORS)

PORTABLE = "portable"

KERNELS = Kind(
    "kernels",
    "Which variants of kernels are taken: those for the core's instructions, or plain C.",
    (
        Key(
            "isa",
            types.word(("auto", PORTABLE)),
            "The variants for the core's instruction set (`auto`), or plain C throughout.",
            default="auto",
        ),
        *(
            Key(name, types.word((PORTABLE,)), f"The kernels of {name.upper()}: plain C.")
            for name in OPERATORS
        ),
    ),
)

EMIT = Kind(
    "emit",
    "How the generated files are named, and where they go.",
    (
        Key("prefix", types.PREFIX, "What every generated file and C symbol begins with."),
        Key("dir", types.PATH, "The folder for the generated files, relative to the manifest."),
        Key(
            "package",
            composites.words("a list of packages", PACKAGES),
            "What to write beside the C: a folder for each build system, ready to be added to a "
            f"project of that kind. There are {', '.join(f'`{name}`' for name in PACKAGES)}.",
        ),
        Key(
            "selftest",
            types.FLAG,
            "Whether to embed an input with the expected output, and a function that compares.",
            default="false",
        ),
    ),
)

_OPTIMIZE = types.word(("balanced", "latency", "ram", "flash"))

ON = Kind(
    "on",
    "What differs on one of the model's targets; everything else holds there too.",
    (Key("optimize", _OPTIMIZE, "What to prefer on this target."),),
    (BUDGET, PLACE, KERNELS),
    label="a target of the model",
)

MODEL = Kind(
    "model",
    "A TensorFlow Lite model, compiled for one or more targets.",
    (
        Key("source", types.PATH, "The model file, relative to the manifest.", required=True),
        Key(
            "sha256",
            types.DIGEST,
            "The model file's SHA-256: another file is an error.",
            about="source",
        ),
        Key(
            "targets",
            composites.TARGETS,
            "The chips to compile for: built-in ones, or targets of this manifest.",
            required=True,
            insert="[host]",
        ),
        Key(
            "profile",
            types.word(PROFILES),
            "Whose arithmetic the generated code reproduces, byte by byte.",
            default="tflm",
        ),
        Key(
            "optimize",
            _OPTIMIZE,
            "What to prefer, always within the budget.",
            default="balanced",
        ),
        Key(
            "arena",
            types.ARENA,
            "An arena of the manifest, which the model shares with others that are never in use at "
            "the same time; or `caller`: the application gives the memory. Without it, the model "
            "has one of its own.",
        ),
    ),
    (BUDGET, INPUT, OUTPUT, PLACE, KERNELS, VERIFY, EMIT, ON),
    label="a model",
    symbol=True,
    parent="model",
)

USE = Key(
    "use",
    types.PATH,
    "Another manifest, relative to this one: its targets and arenas can be named, and its models "
    "inherited from. They are not compiled by themselves.",
)

FILE = Kind(
    "manifest",
    "A manifest: targets, arenas, functions for custom operators, and models.",
    blocks=(TARGET, ARENA, CUSTOM, MODEL),
    words=(USE,),
)

TOP_LEVEL = frozenset([*(kind.name for kind in FILE.blocks), *(word.name for word in FILE.words)])
