"""What may stand in an element: the content models of XSD as automata over elements."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from fiscalxml.schemas.acceptance.names import XS, Intratavel, Name
from fiscalxml.xml import Element, tag

ANY: Final = -(2**31)
"""the type of an element, of any name, that nobody looks into"""
_FEW: Final = 12
"""repetitions that are written out; more are counted"""
_MANY: Final = 2**31 - 1


class Lugar(NamedTuple):
    """A place for an element."""

    name: Name
    type: int
    """see `Elements.element`"""
    limit: int
    """of the content's limits the one that counts it; -1 for none"""


class Trecho(NamedTuple):
    """A part of a content: whether there may be nothing of it; places where it begins, and ends."""

    empty: bool
    first: frozenset[int]
    last: frozenset[int]


_NOTHING: Final = Trecho(True, frozenset(), frozenset())

_NOBODY: Final = Trecho(False, frozenset(), frozenset())
"""where something must stand that is not known here"""


class Content:
    """Places for elements, and how they may follow one another (Glushkov's construction)."""

    def __init__(
        self, particle: Element | None, element: Callable[[Element], tuple[Name, int]]
    ) -> None:
        """`element`: gives name and type of one that is declared in it. Raises `Intratavel`."""
        self._element = element
        self._places: list[Lugar] = []
        self._follow: list[set[int]] = []
        self.limits: list[int] = []
        """how often elements may be there that may be there often"""
        self._whole = _NOTHING if particle is None else self._part(particle)

    def states(self) -> list[tuple[bool, list[tuple[Lugar, int]]]]:
        """Of each state: may the content end there; which elements may come, and the state then.

        State 0 is before the first element. Raises `Intratavel` where a name tells no way.
        """
        follow = (sorted(self._whole.first), *map(sorted, self._follow))
        ends = (self._whole.empty, *(n in self._whole.last for n in range(len(self._places))))
        return [(end, self._ways(places)) for end, places in zip(ends, follow, strict=True)]

    def _ways(self, places: Iterable[int]) -> list[tuple[Lugar, int]]:
        ways = [(self._places[place], place + 1) for place in places]
        anything = any(lugar.type == ANY for lugar, _ in ways) and len(ways) > 1
        if anything or len({lugar.name for lugar, _ in ways}) < len(ways):
            raise Intratavel("two ways with one name")
        return ways

    def _part(self, node: Element) -> Trecho:
        """A particle, as often as it may occur: first what must be there, then what may."""
        least, most = int(node.get("minOccurs", "1")), node.get("maxOccurs", "1")
        often = most != "unbounded" and int(most) > _FEW
        if least > _FEW or most == "0" or (often and tag(node) in (f"{XS}sequence", f"{XS}choice")):
            raise Intratavel("a group that occurs often")
        limit = -1
        if often:
            limit = len(self.limits)
            self.limits.append(min(int(most), _MANY))
        if often or most == "unbounded":
            rest = self._once(node, limit)
            self._link(rest.last, rest.first)
            rest = rest if least else rest._replace(empty=True)
            least -= 1
        else:
            rest = _NOTHING
            for _ in range(int(most) - least):  # each only after the one before
                rest = self._joined(self._once(node, limit), rest)._replace(empty=True)
        for _ in range(least):
            rest = self._joined(self._once(node, limit), rest)
        return rest

    def _once(self, node: Element, limit: int) -> Trecho:
        if tag(node) == f"{XS}element":
            return self._place(Lugar(*self._element(node), limit))
        if tag(node) == f"{XS}any":
            if node.get("processContents") == "skip" and not node.get("namespace"):
                return self._place(Lugar(("", ""), ANY, limit))
            return _NOBODY
        parts = map(self._part, node.iterchildren("{*}*"))
        if tag(node) == f"{XS}sequence":
            whole = _NOTHING
            for part in parts:
                whole = self._joined(whole, part)
            return whole
        if tag(node) == f"{XS}choice":
            of = list(parts)
            return Trecho(
                any(part.empty for part in of),
                frozenset().union(*(part.first for part in of)),
                frozenset().union(*(part.last for part in of)),
            )
        raise Intratavel(tag(node))

    def _place(self, lugar: Lugar) -> Trecho:
        self._places.append(lugar)
        self._follow.append(set())
        place = frozenset((len(self._places) - 1,))
        return Trecho(False, place, place)

    def _joined(self, one: Trecho, other: Trecho) -> Trecho:
        self._link(one.last, other.first)
        return Trecho(
            one.empty and other.empty,
            one.first | other.first if one.empty else one.first,
            other.last | one.last if other.empty else other.last,
        )

    def _link(self, places: frozenset[int], following: frozenset[int]) -> None:
        for place in places:
            self._follow[place] |= following
