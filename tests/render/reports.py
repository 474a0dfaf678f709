"""A report by hand: a band with rings, bytes that are shared, a view, scratch memory."""

from __future__ import annotations

from typing import Any

Data = dict[str, Any]

ARENA = 256


def tensor(index: int, name: str, *shape: int) -> Data:
    size = 1
    for dimension in shape:
        size *= dimension
    return {"tensor": index, "name": name, "type": "int8", "shape": list(shape), "bytes": size}


IMAGE = tensor(0, "image", 1, 8, 8, 1)
WIDE = tensor(1, "net/conv/Relu6", 1, 8, 8, 4)
DEEP = tensor(2, "net/depthwise/Relu6", 1, 8, 8, 4)
SMALL = tensor(3, "net/pointwise/Relu6", 1, 4, 4, 8)
FLAT = tensor(4, "net/flat", 1, 128)
LOGITS = tensor(5, "net/logits", 1, 4)
SCORES = tensor(6, "scores", 1, 4)


def layer(index: int, operator: str, read: Data, made: Data, macs: int = 0, **more: Any) -> Data:
    usual = {"view": False, "kernels": [f"{operator.lower()}_s8"], "constants": macs // 16}
    known = {"index": index, "operator": operator, "inputs": [read], "outputs": [made]}
    return {
        **known,
        "macs": macs,
        "modelled_instructions": None,
        "modelled_cycles": None,
        **usual,
        **more,
    }


def step(number: int, *operators: int, **more: Any) -> Data:
    return {
        "step": number,
        "kind": "layer",
        "operators": list(operators),
        "order": "ascending",
        "row_calls": 0,
        "scratch_bytes": 0,
        "streamed": None,
        "rings": [],
        "sums_bytes": 0,
        **more,
    }


def ring(of: Data, rows: int, offset: int) -> Data:
    row = of["bytes"] // of["shape"][1]
    place = {"offset": offset, "bytes": rows * row}
    return {"name": of["name"], "tensor": of["tensor"], "rows": rows, "row_bytes": row, **place}


def buffer(of: Data | str, kind: str, offset: int, first: int, last: int, size: int = 0) -> Data:
    known = of if isinstance(of, dict) else {"name": of, "tensor": None, "bytes": size}
    return {
        "name": known["name"],
        "tensor": known["tensor"],
        "kind": kind,
        "offset": offset,
        "bytes": known["bytes"],
        "first_step": first,
        "last_step": last,
    }


def plan(**changes: Any) -> Data:
    return {
        "arena_bytes": ARENA,
        "lower_bound": 240,
        "goal": "balanced",
        "steps": [
            step(
                0,
                0,
                1,
                2,
                kind="band",
                row_calls=20,
                rings=[ring(WIDE, 3, 128), ring(DEEP, 1, 224)],
            ),
            step(1, 4, order="descending", scratch_bytes=16),
            step(2, 5),
        ],
        "buffers": [
            buffer(IMAGE, "input", 0, -1, 0),
            buffer(SMALL, "tensor", 0, 0, 1),
            buffer(SCORES, "output", 0, 2, 3),
            buffer("rows of CONV_2D 0 to CONV_2D 2", "band", 128, 0, 0, 128),
            buffer(LOGITS, "tensor", 128, 1, 2),
            buffer("scratch of FULLY_CONNECTED", "scratch", 132, 1, 1, 16),
        ],
        "front": [
            candidate(256, 20, chosen=True, banded_operators=3),
            candidate(512, 0),
        ],
        "certificate": {"reads": 1234, "writes": 56},
        **changes,
    }


def candidate(arena: int, calls: int, **more: Any) -> Data:
    known = {"arena_bytes": arena, "stack_bytes": 100, "code_bytes": 4000, "modelled_cycles": None}
    return {**known, "banded_operators": 0, "row_calls": calls, "chosen": False, **more}


def memories(model: str, ram: int | None = 2048, flash: int | None = 32768) -> list[Data]:
    def taker(what: str, size: int) -> Data:
        return {"what": what, "models": [model], "bytes": size, "arena": None}

    return [
        {
            "memory": "flash",
            "kind": "flash",
            "size": flash,
            "bytes": 10000,
            "takers": [taker("code", 4000), taker("constants", 6000)],
        },
        {
            "memory": "ram",
            "kind": "ram",
            "size": ram,
            "bytes": 356,
            "takers": [taker("arena", 256), taker("stack", 100)],
        },
    ]


def report(**changes: Any) -> Data:
    """An entry of `results` of `mflowc report --json`."""
    return {
        "model": "tiny",
        "target": "uno",
        "profile": "tflm",
        "model_sha256": "12" * 32,
        "manifest_sha256": "ab" * 32,
        "arena_bytes": ARENA,
        "constant_bytes": 6000,
        "code_bytes": 4000,
        "flash_bytes": 10000,
        "stack_bytes": 100,
        "ram_bytes": 356,
        "macs": 12288,
        "margin": 0.05,
        "estimated": ["code_bytes", "flash_bytes", "stack_bytes", "ram_bytes"],
        "modelled_instructions": None,
        "modelled_cycles": None,
        "latency_us": None,
        "cycle_margin": None,
        "budget": {"flash": None, "ram": 512, "stack": None, "latency": None},
        "chip": {"description": "a board", "core": "avr5", "clock": 16_000_000},
        "memories": memories(changes.get("model", "tiny")),
        "layers": [
            layer(0, "CONV_2D", IMAGE, WIDE, 2304),
            layer(1, "DEPTHWISE_CONV_2D", WIDE, DEEP, 2304),
            layer(2, "CONV_2D", DEEP, SMALL, 4608),
            layer(3, "RESHAPE", SMALL, FLAT, view=True, kernels=[], constants=8),
            layer(4, "FULLY_CONNECTED", FLAT, LOGITS, 3072),
            layer(5, "SOFTMAX", LOGITS, SCORES),
        ],
        "plan": plan(),
        "out": None,
        **changes,
    }


def timed(key: str = "modelled_cycles") -> list[Data]:
    """The layers with 100 modelled cycles each, views with none."""
    layers: list[Data] = report()["layers"]
    return [{**la, key: 0 if la["view"] else 100} for la in layers]
