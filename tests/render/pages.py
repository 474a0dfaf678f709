"""Reads a page of HTML strictly: every element is closed, in order."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from attrs import Factory, define

_EMPTY = {"meta", "link", "br", "img", "hr", "input"}


@define
class Element:
    """An element with its attributes and what is in it: text and further elements."""

    tag: str
    attributes: dict[str, str]
    content: list[str | Element] = Factory(list)

    @property
    def children(self) -> list[Element]:
        """The elements directly in it."""
        return [each for each in self.content if isinstance(each, Element)]

    @property
    def raw(self) -> str:
        """The text in it and in its children, as it stands there."""
        return "".join(each if isinstance(each, str) else each.raw for each in self.content)

    def find(self, tag: str, style: str | None = None) -> Iterator[Element]:
        """Yields all elements inside of a kind, with class `style` where that is given."""
        for child in self.children:
            if child.tag == tag and (style is None or style in child.styles):
                yield child
            yield from child.find(tag, style)

    def one(self, tag: str, style: str | None = None) -> Element:
        """Returns the only element of a kind inside."""
        (found,) = self.find(tag, style)
        return found

    def all(self) -> Iterator[Element]:
        """Yields every element inside."""
        for child in self.children:
            yield child
            yield from child.all()

    @property
    def styles(self) -> list[str]:
        """Its classes."""
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """The text in it and in its children, blanks made single."""
        inside = (each if isinstance(each, str) else each.text for each in self.content)
        return " ".join(" ".join(inside).split())

    def number(self, attribute: str) -> float:
        """Returns an attribute that is a number or a share."""
        return float(self.attributes[attribute].removesuffix("%"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].content.append(element)
        if tag not in _EMPTY:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].content.append(data)


def read(page: str) -> Element:
    """Returns the page's root; fails where an element is not closed or attributes repeat."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root
