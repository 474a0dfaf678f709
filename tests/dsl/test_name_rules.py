"""Every rule of names and types, provoked: code, place, next step, and whether its fix works."""

from __future__ import annotations

import pytest

from microflow.dsl.symbols import is_identifier, sanitised

from .mistakes import HEAD, Mistake, check, inside
from .models import applied, run

TARGET = 'mflow 1\nmodel wake {\n  source = "models/wake.tflite"\n  targets = [t]\n}\n'
LABELS = 'labels = ["a", "b", ⟦"a"⟧]'
DTCM = "memory dtcm { kind = ram; size = 64KiB }"


def board(memories: str, chip: str = "nrf52840") -> str:
    """Returns a manifest whose one target has `memories`."""
    return f"{TARGET}target t : {chip} {{ {memories} }}\n"


def placed(code: str, place: str, fixed: bool = False, says: str = "", more: str = DTCM) -> Mistake:
    """Returns a mistake in where a model says that it lies."""
    text = board(more).replace("[t]\n", f"[t]\n  place {{ {place} }}\n")
    return Mistake(code, text, fixed, says)


def sharing(code: str, arena: str, model: str, fixed: bool = False, says: str = "") -> Mistake:
    """Returns a mistake in an arena, or in how a model uses it."""
    text = HEAD.replace("mflow 1\n", f"mflow 1\n{arena}\n")
    return Mistake(code, f"{text}  {model}\n}}\n", fixed, says)


def custom(code: str, block: str, says: str = "") -> Mistake:
    """Returns a mistake in a function for a custom operator."""
    return Mistake(code, HEAD.replace("mflow 1\n", f"mflow 1\n{block}\n") + "}\n", says=says)


CUSTOM = 'custom my_op { operator = "MyOp"; header = "my_op.h" }'
KWS_RESET = CUSTOM.replace("my_op {", "⟦kws_reset⟧ {")
HEIR = "model fan : wake { place { arena = ⟦ram⟧ } }"

MISTAKES = [
    custom("MF2005", 'custom ⟦my_op⟧ { header = "my_op.h" }', "has no `operator`"),
    custom("MF2005", 'custom ⟦my_op⟧ { operator = "MyOp" }', "has no `header`"),
    custom("MF2011", 'custom ⟦memcpy⟧ { operator = "MyOp"; header = "my_op.h" }'),
    custom("MF2011", CUSTOM.replace("my_op {", "⟦MF_ROM⟧ {"), "for example `ROM`"),
    custom("MF2044", CUSTOM.replace("my_op {", "⟦malloc⟧ {"), "a function of C's own"),
    custom("MF2044", CUSTOM.replace("my_op {", "⟦sinf⟧ {"), "rename the function"),
    custom("MF2044", CUSTOM.replace("my_op {", "⟦arena⟧ {"), "the generated C uses"),
    custom("MF2044", CUSTOM.replace("my_op {", "⟦tensor_2⟧ {")),
    custom("MF2044", CUSTOM.replace("my_op {", "⟦model_run⟧ {")),
    custom("MF2044", CUSTOM.replace("my_op {", "⟦wake_run⟧ {"), "functions of a model"),
    custom("MF2044", CUSTOM.replace("my_op {", "⟦wake_input_x⟧ {")),
    Mistake("MF2044", f'mflow 1\n{KWS_RESET}\n{HEAD[8:]}  emit {{ prefix = "kws" }}\n}}\n'),
    custom("MF2041", CUSTOM.replace('"my_op.h"', '⟦"my op.h"⟧'), "as it stands behind `#include`"),
    custom("MF2041", CUSTOM.replace('"my_op.h"', '⟦"my_op"⟧')),
    custom("MF2041", CUSTOM.replace('"my_op.h"', '⟦"/my_op.h"⟧')),
    custom("MF2041", CUSTOM.replace('"my_op.h"', '⟦"<my_op.h>"⟧')),
    custom("MF2041", CUSTOM.replace('"my_op.h"', '⟦"é.h"⟧')),
    custom("MF2041", CUSTOM.replace('"my_op.h"', '⟦"a.h//b.h"⟧')),
    custom("MF2041", CUSTOM.replace('"my_op.h"', f'⟦"{"a" * 199}.h"⟧')),
    custom(
        "MF2042",
        CUSTOM + '\ncustom other { operator = ⟦"MyOp"⟧; header = "other.h" }',
        "delete one of the two",
    ),
    inside("MF2007", "verify { tolerance = ⟦1⟧ }", True, says="in `lsb`"),
    inside("MF2007", "verify { tolerance = ⟦1%⟧ }", says="no unit of what `tolerance` takes"),
    inside("MF2007", "budget { ram = ⟦4lsb⟧ }", says="no unit of what `ram` takes"),
    inside("MF2009", "verify { tolerance = ⟦256lsb⟧ }", says="at most 255lsb"),
    inside("MF2009", "verify { tolerance = ⟦-1lsb⟧ }", says="at least 0lsb"),
    inside("MF2009", "verify { tolerance = ⟦0.5lsb⟧ }", says="a whole number"),
    inside("MF2004", "verify { vectors = ⟦wake⟧ }", True, says="a path in double quotes"),
    inside("MF2019", 'verify { vectors = ⟦"a\\\\b.npz"⟧ }', True, says="backslash"),
    inside("MF2003", "verify { }\n  ⟦verify⟧ { }", True),
    inside("MF2017", "verify ⟦all⟧ { }", True, says="takes no label"),
    inside("MF2001", "kernels { ⟦softmx⟧ = portable }", True),
    inside("MF2001", "kernels { ⟦RELU⟧ = portable }", True, says="did you mean `relu`"),
    inside(
        "MF2001",
        "kernels { ⟦transpose_cnv⟧ = portable }",
        True,
        says="did you mean `transpose_conv`",
    ),
    inside("MF2001", "kernels { ⟦zebra⟧ = portable }", says="the keys of `kernels` are"),
    inside("MF2006", "profile = ⟦xnpack⟧", True, says="did you mean `xnnpack`"),
    inside("MF2006", "kernels { isa = ⟦mve⟧ }", says="`auto`, `portable`"),
    inside("MF2004", "kernels { softmax = ⟦1⟧ }", says="the word `portable`"),
    inside("MF2006", "kernels { softmax = ⟦auto⟧ }", says="`softmax` is `portable`"),
    inside("MF2001", "⟦optimise⟧ = ram", True, says="did you mean `optimize`"),
    inside("MF2001", "⟦ram⟧ = 5KiB", says="belongs in `budget`"),
    inside("MF2001", "⟦quantum⟧ = portable", says="the keys of `model` are"),
    inside("MF2001", "⟦größe⟧ = 1", says="`größe` is no key"),
    inside("MF2001", "⟦frobnicate⟧", says="no key of `model`"),
    Mistake("MF2001", f"{HEAD}}}\n⟦optimize⟧ = ram\n", says="belongs in `model`"),
    Mistake("MF2001", HEAD.replace("source", "⟦sorce⟧") + "}\n", True, says="`source`"),
    inside("MF2001", 'input x { ⟦labels⟧ = ["a"] }', says="belongs in `output`"),
    inside("MF2002", "⟦budgett⟧ { }", True, says="did you mean `budget`"),
    inside("MF2002", "⟦memory⟧ flash { }", says="belongs in `target`"),
    inside("MF2002", "budget { ⟦x⟧ { } }", says="has no blocks"),
    Mistake("MF2002", f"{HEAD}}}\n⟦budget⟧ {{ }}\n", says="belongs in `model`"),
    Mistake("MF2002", f"{HEAD}}}\n⟦board⟧ shared {{ }}\n", says="`target`, `arena`, `custom`"),
    inside("MF2002", "place { ⟦dtcm⟧ { } }", says="has no blocks"),
    Mistake("MF2002", f'{HEAD}}}\n⟦import⟧ "boards.mflow"\n', says="no statement of a manifest"),
    inside("MF2003", "optimize = ram\n  ⟦optimize = flash⟧", True, says="twice"),
    inside("MF2003", "budget { }\n  ⟦budget⟧ { }", True),
    inside("MF2003", "input x { }\n  input ⟦x⟧ { }", True, says="`input x`"),
    Mistake("MF2003", f"{HEAD}}}\nmodel ⟦wake⟧ {{ }}\n", True, says="`model wake`"),
    inside("MF2004", "optimize = ⟦5⟧", says="takes a word, not a number"),
    inside("MF2004", 'optimize = ⟦"ram"⟧', True, says="not a string"),
    inside("MF2004", "budget { flash = ⟦big⟧ }", says="takes a size, not a word"),
    inside("MF2004", "emit { dir = ⟦gen⟧ }", True, says='"gen"'),
    inside("MF2004", "emit { dir = ⟦[1]⟧ }", says="not a list"),
    inside("MF2004", "emit { package = ⟦cmake⟧ }", True, says="square brackets"),
    inside("MF2004", 'emit { package = [⟦"make"⟧] }', True, says="not a string"),
    inside("MF2004", "emit { package = [⟦5⟧] }", says="takes a word, not a number"),
    inside("MF2004", "emit { selftest = ⟦1⟧ }", says="takes a word, not a number"),
    inside("MF2004", 'emit { selftest = ⟦"true"⟧ }', True, says="`true`"),
    inside("MF2004", 'sha256 = ⟦"12"⟧', says="64 hexadecimal digits"),
    inside("MF2004", "input x { tensor = ⟦a .. b⟧ }".replace("a .. b", "1 .. 2"), says="a range"),
    inside("MF2004", "input x { shape = ⟦5⟧ }", says="takes a list of integers"),
    inside("MF2004", "input x { shape = [1, ⟦x⟧] }", says="takes integers"),
    inside("MF2004", "input x { real = ⟦5⟧ }", says="takes a range"),
    inside("MF2004", 'output y { labels = [⟦a⟧, "b", "c"] }', True, says="takes strings"),
    inside("MF2004", "output y { decode = ⟦5⟧ }", says="`argmax`"),
    inside("MF2004", "output y { decode = argmax(⟦0.5⟧) }", says="`threshold`"),
    inside("MF2004", "output y { decode = argmax(threshold = 0.5, ⟦x = 1⟧) }", says="one argument"),
    Mistake("MF2004", HEAD.replace("[host]", "⟦host⟧") + "}\n", True, says="square brackets"),
    Mistake("MF2004", HEAD.replace("host", '⟦"host"⟧') + "}\n", True, says="takes names"),
    Mistake(
        "MF2005", HEAD.replace("targets = [host]", "").replace("wake {", "⟦wake⟧ {") + "}", True
    ),
    Mistake("MF2005", "mflow 1\nmodel ⟦wake⟧ { targets = [host] }\n", says="no `source`"),
    inside("MF2006", "optimize = ⟦size⟧", says="`balanced`, `latency`, `ram`, `flash`"),
    inside("MF2006", "optimize = ⟦latancy⟧", True, says="did you mean `latency`"),
    inside("MF2006", "input x { type = ⟦int8_t⟧ }", True, says="did you mean `int8`"),
    inside("MF2006", "output y { decode = ⟦softmax⟧ }", says="`argmax`"),
    inside("MF2006", "output y { decode = ⟦argmx⟧(threshold = 0.5) }", True),
    inside("MF2006", "emit { package = [cmake, ⟦esp-idf⟧] }", True, says="mean `esp_idf`"),
    inside("MF2006", "emit { package = [⟦keil⟧] }", says="`cmake`, `arduino`, `zephyr`"),
    inside("MF2006", "emit { selftest = ⟦yes⟧ }", says="`true`, `false`"),
    inside("MF2007", "budget { flash = ⟦64⟧ }", True, says="needs a unit"),
    inside("MF2007", "budget { latency = ⟦20⟧ }", True, says="`us`, `ms`, `s`"),
    inside("MF2007", "budget { flash = ⟦20ms⟧ }", says="no unit of what `flash` takes"),
    inside("MF2007", "budget { latency = ⟦20MS⟧ }", True, says="unknown unit `MS`"),
    inside("MF2007", "budget { latency = ⟦20µs⟧ }", True),
    inside("MF2007", "budget { flash = ⟦64kib⟧ }", True),
    inside("MF2007", "budget { flash = ⟦2GiB⟧ }", says="`B`, `KiB`, `MiB`"),
    inside("MF2007", "input x { tensor = ⟦0B⟧ }", True, says="without a unit"),
    inside(
        "MF2007", "output y { decode = argmax(threshold = ⟦7x⟧) }", says="without a unit or in `%`"
    ),
    Mistake("MF2007", TARGET + "target t : host { clock = ⟦64mhz⟧ }\n", True),
    inside("MF2008", "budget { flash = ⟦64K⟧ }", True, says="two meanings"),
    inside("MF2009", "budget { flash = ⟦0KiB⟧ }", says="at least 1B"),
    inside("MF2009", "budget { flash = ⟦-1KiB⟧ }"),
    inside("MF2009", "budget { flash = ⟦1.5B⟧ }", says="whole number"),
    inside("MF2009", "budget { flash = ⟦999999999MiB⟧ }", says="at most"),
    inside("MF2009", "budget { latency = ⟦0ms⟧ }"),
    inside("MF2009", "input x { tensor = ⟦-1⟧ }"),
    inside("MF2009", "input x { shape = [⟦1.5⟧] }", says="whole number"),
    inside("MF2009", "output y { decode = argmax(threshold = ⟦1.01⟧) }", says="between 0 and 1"),
    inside("MF2009", "output y { decode = argmax(threshold = ⟦101%⟧) }", says="between 0 and 1"),
    inside("MF2010", "input ⟦a-b⟧ { }", True, says="`a_b`"),
    inside("MF2010", "input ⟦_x⟧ { }", True),
    inside("MF2010", "input ⟦größe⟧ { }", True),
    inside("MF2010", "input ⟦é⟧ { }", says="a letter first"),
    inside("MF2010", f"input ⟦{'x' * 64}⟧ {{ }}", True),
    inside("MF2010", 'emit { prefix = ⟦"9 lives"⟧ }', True),
    Mistake("MF2010", HEAD.replace("wake {", "⟦hello-world⟧ {") + "}\n", True),
    inside("MF2011", "output ⟦class⟧ { }", True, says="C or C++"),
    inside("MF2011", "output ⟦int8_t⟧ { }", True),
    inside("MF2011", "output ⟦NULL⟧ { }", True),
    inside("MF2011", 'emit { prefix = ⟦"int"⟧ }', True),
    inside("MF2012", "input x { }\n  output ⟦X⟧ { }", says="input `x`"),
    Mistake("MF2013", HEAD.replace("host", "⟦hots⟧") + "}\n", True, says="did you mean `host`"),
    Mistake("MF2013", HEAD.replace("host", "⟦zzz⟧") + "}\n", says="the targets are"),
    Mistake("MF2013", TARGET + "target t : ⟦hsot⟧ { }\n", True, says="`host`"),
    Mistake("MF2014", HEAD + "}\nmodel fan : ⟦wak⟧ { }\n", True, says="did you mean `wake`"),
    Mistake("MF2014", HEAD + "}\nmodel fan : ⟦zzz⟧ { }\n", says="the models are"),
    Mistake("MF2015", HEAD.replace("wake {", "wake : ⟦wake⟧ {") + "}\n", says="wake : wake"),
    Mistake(
        "MF2015", TARGET + "target t : ⟦u⟧ { }\ntarget u : v { }\ntarget v : t { }\n", says="u : v"
    ),
    Mistake("MF2016", HEAD.replace("[host]", "⟦[]⟧") + "}\n", says="`[host]`"),
    Mistake("MF2017", "mflow 1\n⟦model⟧ { }\n", says="has no label"),
    Mistake("MF2017", HEAD.replace("wake {", '⟦"wake"⟧ {') + "}\n", True, says="without quotes"),
    Mistake("MF2017", HEAD.replace("wake {", "⟦5⟧ {") + "}\n", says="is a word"),
    Mistake("MF2017", HEAD.replace("wake {", "wake ⟦up⟧ {") + "}\n", True, says="one label"),
    inside("MF2017", "budget ⟦small⟧ { }", True, says="no label"),
    inside("MF2017", "input x : ⟦y⟧ { }", says="inherits from nothing"),
    Mistake("MF2017", TARGET + "⟦target⟧ t { }\n", says="which chip"),
    inside("MF2018", "input x { real = ⟦1.0 .. -1.0⟧ }", True, says="lower end first"),
    inside("MF2018", "input x { real = ⟦1 .. 1.0⟧ }", says="differ"),
    inside("MF2019", 'emit { dir = ⟦"gen\\\\x"⟧ }', True, says="backslash"),
    inside("MF2019", 'emit { dir = ⟦""⟧ }', says="is empty"),
    inside("MF2019", 'emit { dir = ⟦"gen\\new"⟧ }', says="control character"),
    inside("MF2021", f"output y {{ {LABELS} }}", says='"a" twice'),
    Mistake("MF2021", HEAD.replace("[host]", "[host, ⟦host⟧]") + "}\n", says="twice"),
    inside("MF2021", "emit { package = [make, cmake, ⟦make⟧] }", says='"make" twice'),
    inside("MF2022", "⟦budget⟧ = 64KiB", says="`budget { … }`"),
    inside("MF2022", "⟦optimize⟧ { }", says="`optimize = balanced`"),
    inside("MF2022", "⟦optimize ram⟧", True, says="`=`"),
    inside("MF2022", "⟦optimize⟧", says="has no value"),
    inside("MF2022", "⟦emit⟧", True, says="no braces"),
    Mistake("MF2025", board("memory ⟦rom⟧ { }"), says="needs `kind`, `size`"),
    Mistake("MF2025", board("memory ⟦flsh⟧ { size = 1MiB }"), True, says="did you mean `flash`"),
    Mistake("MF2025", board("memory ⟦ram2⟧ { kind = ram }"), says="add `size = 64KiB`"),
    Mistake("MF2025", board("memory ⟦class_⟧ { size = 1KiB }"), says="`kind = ram` or `kind"),
    Mistake("MF2026", board("memory ram { kind = ⟦flash⟧ }"), True, says="of kind ram, not flash"),
    Mistake("MF2026", board("memory flash { kind = ⟦ram⟧ }"), True),
    Mistake(
        "MF2026",
        board(DTCM) + "target u : t { memory dtcm { kind = ⟦flash⟧ } }\n",
        True,
        says="another name",
    ),
    Mistake(
        "MF2027",
        board("memory ⟦dtcm⟧ { kind = ram; origin = 0x2003_FFFF; size = 1KiB }"),
        says="`ram` is 0x20000000 to 0x2003ffff",
    ),
    Mistake(
        "MF2027",
        board(
            "memory a { kind = flash; origin = 0x9000_0000; size = 1MiB }\n"
            "  memory ⟦b⟧ { kind = flash; origin = 0x9000_0000; size = 1B }"
        ),
        says="`b` and `a`",
    ),
    placed("MF2028", "arena = ⟦dctm⟧", True, says="did you mean `dtcm`"),
    placed("MF2028", "weights = ⟦xip⟧", says="`flash`, `ram`, `dtcm`; declare others"),
    inside("MF2028", "place { arena = ⟦dtcm⟧ }", says="target `host` has no memory"),
    placed("MF2029", "weights = ⟦ram⟧", True, says="of kind flash; `ram` is of kind ram"),
    placed("MF2029", "arena = ⟦flash⟧", True, says="choose among `ram`, `dtcm`"),
    Mistake(
        "MF2029",
        board("memory eeprom { kind = flash; size = 1KiB }", "atmega328p").replace(
            "[t]\n", "[t]\n  place { weights = ⟦eeprom⟧ }\n"
        ),
        True,
        says="can't leave the `flash` of avr5",
    ),
    sharing("MF2030", "arena shared { }", "arena = ⟦sharde⟧", True, says="`shared`"),
    sharing("MF2030", "arena a { }; arena b { }", "arena = ⟦other⟧", says="are `a`, `b`; declare"),
    inside("MF2030", "arena = ⟦shared⟧", says="there is no arena"),
    sharing("MF2031", 'arena a { section = ⟦".bss"⟧ }', "", says="fills the section `.bss`"),
    sharing("MF2031", 'arena a { section = ⟦"rodata"⟧ }', "", says=".noinit"),
    sharing("MF2031", 'arena a { section = ⟦""⟧ }', "", says="takes the name of a section"),
    sharing("MF2031", 'arena a { section = ⟦".a,\\"aw\\""⟧ }', "", says="letters, digits"),
    Mistake("MF2031", board("memory ⟦data⟧ { kind = ram; size = 1KiB }"), says="another name"),
    Mistake(
        "MF2032",
        board(DTCM).replace("[t]\n", "[t]\n  arena = a; place { arena = dtcm }\n")
        + f"arena a {{ }}\n{HEIR}\n",
        says="`place { arena = dtcm }`",
    ),
    sharing("MF2004", "arena a { section = ⟦noinit⟧ }", "", True, says="in double quotes"),
    sharing("MF2004", "arena a { align = ⟦big⟧ }", "", says="an alignment in bytes"),
    sharing("MF2004", "arena a { }", 'arena = ⟦"a"⟧', True, says="the name of an arena"),
    sharing("MF2004", "arena a { }", "arena = ⟦48KiB⟧", says="not a number"),
    inside("MF2004", 'place { arena = ⟦"ram"⟧ }', True, says="the name of a memory"),
    inside("MF2004", "input x { stream = ⟦1⟧ }", says="takes a word"),
    sharing("MF2006", "", "input x { stream = ⟦yes⟧ }", says="`true`, `false`"),
    Mistake("MF2006", board("memory dtcm { kind = ⟦sram⟧; size = 1KiB }"), True, says="`ram`"),
    sharing("MF2007", "arena a { align = ⟦16B⟧ }", "", True, says="without a unit"),
    sharing("MF2009", "arena a { align = ⟦12⟧ }", "", True, says="a power of two"),
    sharing("MF2009", "arena a { align = ⟦8192⟧ }", "", says="from 1 to 4096"),
    sharing("MF2010", "arena ⟦a-b⟧ { }", "", True, says="can't name an arena"),
    Mistake("MF2010", board("memory ⟦ext-ram⟧ { kind = ram; size = 1MiB }"), True, says="a memory"),
    sharing("MF2012", "arena ⟦wake⟧ { }", "", says="`wake_arena`"),
    sharing("MF2040", "arena ⟦caller⟧ { }", "", says="choose another name"),
    sharing("MF2022", "", "⟦arena⟧ { }", says="`arena = shared`"),
    sharing("MF2022", "⟦arena⟧ = shared", "", says="`arena { … }`"),
    Mistake("MF2023", "⟦⟧mflow 1\ntarget t : host { }\n", says="mflowc init"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.code} {m.says}")
def test_mistake(mistake: Mistake) -> None:
    check(mistake)


@pytest.mark.parametrize(
    ("written", "kibi", "kilo"),
    [
        ("64K", "64KiB", "64000B"),
        ("64kB", "64KiB", "64000B"),
        ("1.5KB", "1.5KiB", "1500B"),
        ("2M", "2MiB", "2000000B"),
        ("0x10K", "16KiB", "16000B"),
        ("1G", "1024MiB", "1000000000B"),
    ],
)
def test_both_meanings_of_a_kilobyte(written: str, kibi: str, kilo: str) -> None:
    text = f"{HEAD}  budget {{ flash = {written} }}\n}}\n"
    _, found = run(text)
    assert [d.rule.code for d in found] == ["MF2008"]
    after = [applied(text, fix) for fix in found[0].fixes]
    assert after == [text.replace(written, kibi), text.replace(written, kilo)]
    assert [run(t)[1] for t in after] == [(), ()]


def test_five_different_mistakes_are_five_findings_in_one_run() -> None:
    text = """\
mflow 1
model wake {
  source = "models/wake.tflite"
  targets = [hots]
  optimise = ram
  budget { flash = 64K }
  input class { type = float32 }
  output y { shape = [1, }
}
"""
    _, found = run(text)
    codes = [d.rule.code for d in found]
    assert codes == ["MF2013", "MF2001", "MF2008", "MF2011", "MF3056", "MF1004"]


def test_one_mistake_has_no_second_finding() -> None:
    """What a syntax error hides is not reported as missing or unknown."""
    for text in (
        "mflow 1\nmodel wake {\n  source =\n  targets = [host]\n}\n",
        'mflow 1\nmodel ! {\n  source = "models/wake.tflite"\n}\n',
        TARGET + "target t : = {\n}\n",
        "mflow 1\nmodel wake {\n  $ = 5\n}\n",
        "mflow 1\nmodel fan : wake {\n  targets = [host]\n}\nmodel wake ! {\n}\n",
    ):
        _, found = run(text)
        assert len(found) == 1, [d.message for d in found]
        assert found[0].rule.code.startswith("MF1")


def test_a_memory_that_is_not_understood_is_not_missing_too() -> None:
    text = board("memory dtcm { size = 1KiB }").replace("[t]\n", "[t]\n  place { arena = dtcm }\n")
    _, found = run(text)
    assert [d.rule.code for d in found] == ["MF2025"]


def test_an_inherited_mistake_is_found_once_and_each_target_is_looked_at() -> None:
    text = board(DTCM).replace("[t]\n", "[host, t]\n  place { weights = ram; arena = dtcm }\n")
    _, found = run(f"{text}model fan : wake {{ }}\n")
    assert [(d.rule.code, d.message) for d in found] == [
        ("MF2029", "`weights` takes a memory of kind flash; `ram` is of kind ram"),
        ("MF2028", "target `host` has no memory `dtcm`"),
    ]


def test_models_on_different_targets_may_place_their_arena_apart() -> None:
    text = board(DTCM).replace("[t]\n", "[t]\n  arena = a; place { arena = dtcm }\n")
    text += "arena a { }\nmodel fan : wake { targets = [host]; place { arena = ram } }\n"
    assert run(text)[1] == ()


@pytest.mark.parametrize("name", ["wake_fft", "my_run", "kws_run", "state_of_mine", "tensor_sum"])
def test_functions_that_no_other_name_is(name: str) -> None:
    text = HEAD.replace("mflow 1\n", f"mflow 1\n{CUSTOM.replace('my_op {', f'{name} {{')}\n")
    assert run(f"{text}}}\n")[1] == ()


@pytest.mark.parametrize(
    "name", ["mf_3x", "MF_ROM", "mf_MF_mf_a", "linux", "NAN", "M_PI", "é mf_1 b"]
)
def test_a_name_becomes_an_identifier(name: str) -> None:
    assert not is_identifier(name)
    assert is_identifier(sanitised(name))
