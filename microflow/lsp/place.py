"""What a place of a manifest is about, told from the tokens alone, however broken the text is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import define, field, frozen
from lark import Token

from microflow.dsl.kinds import Kind
from microflow.dsl.schema import FILE, TOP_LEVEL
from microflow.dsl.tokens import BLANKS, end, start, starts_statement

_WORDS = ("NAME", "NUMBER", "STRING", "OPEN_STRING", "UNIT")
_LONGEST = 64  # tokens of a statement that are kept: what follows can't change what it is
_FOLLOWING = 8  # tokens that tell whether a statement begins


@define
class Frame:
    """An open block: its kind (None: unknown), its label, and the keys and blocks that it has."""

    kind: Kind | None
    name: str = ""
    label: str = ""
    keys: list[str] = field(factory=list)
    blocks: list[str] = field(factory=list)


@frozen
class Place:
    """Where a token stands: the open blocks, outermost first, and its statement up to it.

    `token` is the word at the place, None between words; `statement` ends before it.
    """

    frames: tuple[Frame, ...]
    statement: tuple[Token, ...]
    token: Token | None

    @property
    def frame(self) -> Frame:
        """The innermost open block."""
        return self.frames[-1]

    @property
    def key(self) -> str:
        """The key whose value stands here; "" outside values."""
        kinds = [t.type for t in self.statement[:2]]
        return str(self.statement[0]) if kinds == ["NAME", "EQUAL"] else ""

    @property
    def model(self) -> str:
        """The name of the model around the place; "" outside models."""
        return next((f.label for f in self.frames if f.name == "model"), "")


def place_at(tokens: Sequence[Token], offset: int) -> Place:
    """Returns what stands at `offset`, in the word there or behind the tokens before it."""
    token = _word_at(tokens, offset)
    reached = start(token) if token is not None else offset
    for place in walk(tokens):
        if place.token is not None and start(place.token) >= reached:
            return Place(place.frames, place.statement, token)
        last = place
    return Place(last.frames, last.statement, token)


def walk(tokens: Sequence[Token]) -> Iterable[Place]:
    """Yields the place of every token that is no blank, and last the end of the text.

    Frames are filled with their keys while walking, so they are complete at the end only.
    """
    solid = [t for t in tokens if t.type not in BLANKS]
    state = _State([Frame(FILE, FILE.name)], [], 0)
    places = []
    for i, token in enumerate(solid):
        following = solid[i : i + _FOLLOWING]
        if _starts_top(token, solid[i - 1] if i else None, following):
            state.restart()
        places.append(Place(tuple(state.frames), tuple(state.statement), token))
        state.take(token, solid[i + 1 : i + _FOLLOWING])
    last = Place(tuple(state.frames), tuple(state.statement), None)
    state.finish()
    yield from (*places, last)


@define
class _State:
    frames: list[Frame]
    statement: list[Token]
    brackets: int

    def restart(self) -> None:
        del self.frames[1:]
        self.finish()

    def finish(self) -> None:
        if [t.type for t in self.statement[:2]] == ["NAME", "EQUAL"]:
            self.frames[-1].keys.append(str(self.statement[0]))
        self.statement.clear()
        self.brackets = 0

    def take(self, token: Token, following: Sequence[Token]) -> None:
        match token.type:
            case "_NL" if self.brackets and not starts_statement(following):
                return
            case "_NL" | "_SEMI":
                self.finish()
            case "LBRACE":
                self._open()
            case "RBRACE":
                self.finish()
                del self.frames[max(1, len(self.frames) - 1) :]
            case _:
                self.brackets += (token.type in ("LSQB", "LPAR")) - (token.type in ("RSQB", "RPAR"))
                if len(self.statement) < _LONGEST:
                    self.statement.append(token)

    def _open(self) -> None:
        first = self.statement[0] if self.statement else None
        name = str(first) if first is not None and first.type == "NAME" else ""
        label = self.statement[1] if len(self.statement) > 1 else None
        outer = self.frames[-1]
        outer.blocks.append(name)
        kind = outer.kind.block(name) if outer.kind is not None else None
        self.statement.clear()
        self.brackets = 0
        plain = label is not None and label.type == "NAME"
        self.frames.append(Frame(kind, name, str(label) if plain else ""))


def _word_at(tokens: Sequence[Token], offset: int) -> Token | None:
    near = [t for t in tokens if start(t) <= offset <= end(t) and t.type in _WORDS]
    inside = [t for t in near if offset < end(t)]
    return next(iter(inside or near), None)


def _starts_top(token: Token, before: Token | None, following: Sequence[Token]) -> bool:
    """A word of the top level in column 1: blocks that are still open were not closed."""
    fresh = before is None or before.type == "_NL"
    flush = fresh and (before is None or end(before) == start(token))
    return flush and token.type == "NAME" and token in TOP_LEVEL and starts_statement(following)
