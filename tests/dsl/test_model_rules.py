"""Every rule of binding to a model, provoked: code, place, next step, and whether its fix works."""

from __future__ import annotations

import pytest

from microflow.diag import Span
from microflow.dsl.bind import (
    missing_frontend,
    missing_source,
    missing_vectors,
    sha256_mismatch,
)
from microflow.dsl.values import Given

from .mistakes import HEAD, Mistake, check, inside
from .models import applied, run

TWINS = HEAD.replace("wake.tflite", "twins.tflite")

AFFINE = "affine(mean = 127.5, std = 127.5)"


def photo(
    code: str, body: str, fixed: bool = False, says: str = "", name: str = "photo"
) -> Mistake:
    """A mistake in the block of one input of a picture's model."""
    head = HEAD.replace("wake.tflite", "photo.tflite")
    return Mistake(code, f'{head}  input x {{ tensor = "{name}"; {body} }}\n}}\n', fixed, says)


MISTAKES = [
    photo("MF3067", f"normalize = ⟦{AFFINE}⟧", True, says="for example `accept = uint8`"),
    photo("MF3065", "accept = ⟦uint8⟧", says="its tensor is int32", name="tokens"),
    photo("MF3065", "accept = ⟦uint8⟧", says="without one valid scale", name="wide"),
    photo("MF3066", "order = ⟦bgr⟧", says="three channels; `x` has the shape [1, 4]", name="plain"),
    photo("MF3066", "layout = ⟦nchw⟧", says="3 or 4 dimensions", name="plain"),
    photo(
        "MF3066",
        "accept = uint8; normalize = ⟦affine(mean = [1, 2], std = 128)⟧",
        says="`mean` has 2 values; `x` [1, 8, 6, 3] has 3 channels | give one value",
    ),
    photo(
        "MF3066",
        "accept = int16; normalize = ⟦affine(std = [1, 2, 3, 4])⟧",
        says="`std` has 4 values",
    ),
    photo(
        "MF3068",
        "accept = uint8; normalize = ⟦affine(mean = 0.5, std = 0.5)⟧",
        says="uint8 gives -1.0 .. 509.0, but `x` holds -0.996",
    ),
    photo("MF3068", "accept = ⟦int8⟧", says="int8 gives -128.0 .. 127.0"),
    photo(
        "MF3068",
        "accept = uint8; real = -1 .. 1; normalize = ⟦affine(std = 255)⟧",
        says="uint8 gives 0.0 .. 1.0, which is less than the range of `real`, -1 .. 1",
    ),
    photo(
        "MF3068",
        "accept = int16; real = -2 .. 2; normalize = ⟦affine(std = 32768)⟧",
        says="int16 gives -1.0 .. 1.0, which is less",
        name="plain",
    ),
    inside("MF3051", f'sha256 = ⟦"{"cd" * 32}"⟧', True, says="abababababab…"),
    inside("MF3052", 'input x { tensor = ⟦"serving_default_x"⟧ }', True, says="not in the model"),
    inside("MF3052", 'input x { tensor = ⟦"relu"⟧ }', True, says="no input"),
    inside("MF3052", "input x { tensor = ⟦4⟧ }", says='0: "serving_default_x:0" (int8 [1, 49'),
    inside("MF3052", "output y { tensor = ⟦0⟧ }", says="no output"),
    Mistake("MF3052", f'{TWINS}  input a {{ tensor = ⟦"lift"⟧ }}\n}}\n', True, says='"left"'),
    Mistake("MF3052", f'{TWINS}  input a {{ tensor = ⟦"zzz"⟧ }}\n}}\n', says="not in the model"),
    Mistake("MF3053", f"{TWINS}  input ⟦a⟧ {{ }}\n}}\n", True, says="2 inputs; which one is `a`"),
    Mistake(
        "MF3054",
        f'{TWINS}  input a {{ tensor = 0 }}\n  input b {{ tensor = ⟦"left"⟧ }}\n}}\n',
        says="both mean",
    ),
    inside("MF3054", "input a { }\n  input ⟦b⟧ { }", says="`a` and `b`"),
    inside("MF3055", "input x { shape = ⟦[49, 40, 1]⟧ }", True, says="the batch dimension counts"),
    inside("MF3055", "input x { shape = ⟦[-1, 49, 40, 1]⟧ }", True, says="fixed dimensions"),
    inside("MF3055", "input x { shape = ⟦[8, 49, 40, 1]⟧ }", True, says="the model's batch is 1"),
    inside("MF3055", "input x { shape = ⟦[]⟧ }", True, says="is [1, 49, 40, 1], not []"),
    inside("MF3056", "input x { type = ⟦float32⟧ }", True, says="is int8, not float32"),
    inside("MF3057", "input x { real = ⟦-26.0 .. 25.0⟧ }", True, says="-25.2 .. 25.8"),
    inside("MF3057", "input x { real = ⟦-25.0 .. 26.1⟧ }", True, says="calibrate"),
    Mistake(
        "MF3057",
        f"{TWINS}  output a {{ tensor = 7; real = ⟦0.0 .. 1e10⟧ }}\n}}\n",
        True,
        says="-2147483648.0 .. 2147483647.0",
    ),
    Mistake(
        "MF3063",
        f"{TWINS}  input left {{ tensor = 0; stream = true }}\n"
        "  input right { tensor = 1; stream = ⟦true⟧ }\n}\n",
        True,
        says="`left` and `right`",
    ),
    inside("MF3058", 'output y { labels = ⟦["a", "b"]⟧ }', says="has 3 classes, but 2 labels"),
    inside("MF3058", 'output y { labels = ⟦["a", "b", "c", "d"]⟧ }', says="remove 1"),
    inside("MF3059", "output y { decode = ⟦argmax(threshold = 99.9%)⟧ }", says="above every score"),
    Mistake("MF3059", f"{TWINS}  output a {{ tensor = 8; decode = ⟦argmax⟧ }}\n}}\n", says="bool"),
    Mistake(
        "MF3059",
        f"{TWINS}  output a {{ tensor = 7; decode = ⟦argmax(threshold = 0.5)⟧ }}\n}}\n",
        True,
        says="whole numbers",
    ),
    Mistake("MF3061", f'{TWINS}  output a {{ tensor = ⟦"same"⟧ }}\n}}\n', True, says="7: "),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.code} {m.says}")
def test_mistake(mistake: Mistake) -> None:
    check(mistake)


@pytest.mark.parametrize(
    "body",
    [
        "input x { real = -25.4 .. 26.0 }",  # one step beyond, at both ends
        "input x { real = 1.0 .. 2.0 }",
        "input x { accept = float32; normalize = affine(); layout = nchw }",
        "input x { accept = uint8; normalize = affine(mean = [126], std = 5) }",
        "input x { accept = uint8; real = -25 .. 0; normalize = affine(mean = 126, std = 5) }",
        "input x { accept = int8; normalize = affine(mean = 0, std = 5.1) }",
        "input x { shape = [1, 49, 40, 1]; type = int8; tensor = 0 }",
        "output y { decode = argmax(threshold = 0.996) }",
        "output y { decode = argmax(threshold = 0) }",
        "output y { decode = argmax }",
        f'sha256 = "{"AB" * 32}"',
    ],
)
def test_what_is_no_mistake(body: str) -> None:
    _, found = run(f"{HEAD}  {body}\n}}\n")
    assert found == (), [d.message for d in found]


def test_each_candidate_has_a_fix() -> None:
    text = f"{TWINS}  input a {{ }}\n}}\n"
    _, found = run(text)
    fixes = found[0].fixes
    after = [applied(text, f) for f in fixes]
    assert [run(t)[1] for t in after] == [(), ()]
    assert 'input a { tensor = "left" }' in after[0]
    assert 'input a { tensor = "right" }' in after[1]


def test_a_finding_on_an_inherited_line_names_the_heir() -> None:
    text = (
        f"{HEAD}  input x {{ shape = [1, 49, 40, 1] }}\n}}\n"
        'model fan : wake { source = "models/twins.tflite" }\n'
    )
    _, found = run(text)
    assert [d.rule.code for d in found] == ["MF3053"]
    (finding,) = found
    assert finding.span == Span("demo.mflow", 5, 9, 5, 10)
    assert [label.span for label in finding.labels] == [Span("demo.mflow", 7, 7, 7, 10)]
    assert "inherited by model `fan`" in finding.labels[0].text
    assert finding.fixes == ()


def test_a_mistake_that_is_inherited_with_its_model_is_reported_once() -> None:
    text = f"{HEAD}  input x {{ type = int16 }}\n}}\nmodel fan : wake {{ }}\n"
    _, found = run(text)
    assert [d.rule.code for d in found] == ["MF3056"]


def test_an_heir_with_another_file_does_not_inherit_the_pin() -> None:
    text = (
        f'{HEAD}  sha256 = "{"ab" * 32}"\n}}\n'
        'model fan : wake { source = "models/twins.tflite" }\n'
    )
    project, found = run(text)
    assert found == ()
    assert project is not None
    assert [m.source for m in project.models] == ["models/wake.tflite", "models/twins.tflite"]


def test_findings_of_those_who_read_files() -> None:
    given = Given("models/wake.tflite", Span("demo.mflow", 3, 12, 3, 32))
    source = missing_source(given, "permission denied")
    frontend = missing_frontend(given)
    assert (source.rule.code, source.span) == ("MF3050", given.span)
    assert "`models/wake.tflite`: permission denied" in source.message
    assert (frontend.rule.code, frontend.span) == ("MF3060", given.span)
    vectors = missing_vectors(given, "it is a folder")
    assert (vectors.rule.code, vectors.span) == ("MF3070", given.span)
    assert "the vectors `models/wake.tflite`: it is a folder" in vectors.message
    assert source.help and vectors.help
    assert frontend.help
    assert sha256_mismatch(Given("ab" * 32, given.span), "AB" * 32) is None
