"""What the language's table is made of: keys, and kinds of blocks."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.dsl.types import Type


@frozen
class Key:
    """A key of a block. `default` is what holds where it is absent, "" where nothing does.

    `insert` is the value that a fix writes where a required key is missing. A key that is `about`
    another one is not inherited by a block that gives that one anew.
    """

    name: str
    type: Type
    doc: str
    default: str = ""
    required: bool = False
    insert: str = ""
    about: str = ""


@frozen
class Kind:
    """A kind of block. `label` is what its label names ("": it has none), `labels` its choices.

    Where `open` is set, others than these may be chosen too. Where `symbol` is set, the label
    becomes part of names in the generated C. `parent` is what may stand behind the colon. A
    kind with a label may stand several times; an heir's blocks of such a kind replace all that it
    would inherit. `words` are statements of a word and a value, without `=`, as often as you like.
    """

    name: str
    doc: str
    keys: tuple[Key, ...] = ()
    blocks: tuple[Kind, ...] = ()
    words: tuple[Key, ...] = ()
    label: str = ""
    labels: tuple[str, ...] = ()
    open: bool = False
    symbol: bool = False
    parent: str = ""
    parent_required: bool = False

    @property
    def repeated(self) -> bool:
        """Tells whether several of this kind may stand in one block."""
        return bool(self.label)

    def key(self, name: str) -> Key | None:
        """Returns the key `name`."""
        return next((k for k in self.keys if k.name == name), None)

    def block(self, name: str) -> Kind | None:
        """Returns the kind of block `name` that may stand in this one."""
        return next((b for b in self.blocks if b.name == name), None)

    def word(self, name: str) -> Key | None:
        """Returns the statement `name` that takes a value without `=`."""
        return next((w for w in self.words if w.name == name), None)

    def walk(self) -> Iterator[Kind]:
        """Yields this kind and every kind below it."""
        yield self
        for block in self.blocks:
            yield from block.walk()
