"""Tables as text."""

from __future__ import annotations

from textwrap import dedent

from microflow.render.paint import ansi
from microflow.render.tables import Column, render_table, thousands

COLUMNS = (Column("name"), Column("bytes", number=True))


def test_text_to_the_left_numbers_to_the_right() -> None:
    table = render_table(COLUMNS, [("arena", "1,024"), ("日本", "7")], ("all", "1,031"))
    wanted = """
        name   bytes
        -----  -----
        arena  1,024
        日本       7
        -----  -----
        all    1,031
        """
    assert table == dedent(wanted).lstrip("\n")


def test_a_table_without_rows() -> None:
    assert render_table(COLUMNS, []) == "name  bytes\n----  -----\n"


def test_hostile_cells() -> None:
    assert "\\x1b[2J\\n" in render_table(COLUMNS, [("\x1b[2J\n", "1")])


def test_colours_do_not_move_columns() -> None:
    plain = render_table(COLUMNS, [("arena", "1,024")]).splitlines()
    painted = render_table(COLUMNS, [("arena", "1,024")], paint=ansi).splitlines()
    assert painted[2] == plain[2]
    assert painted[0] == f"\x1b[1m{plain[0]}\x1b[0m"


def test_numbers() -> None:
    assert [thousands(n) for n in (None, 0, 999, 1234567)] == ["-", "0", "999", "1,234,567"]
