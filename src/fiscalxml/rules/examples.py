"""A wrong and a right fragment of XML for each rule, as its failing and passing cases show them.

Made by `scripts/build_rule_examples.py` from `tests/rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import msgspec

Chave = tuple[str, str]
"""id of a rule, and its code"""


class Exemplo(msgspec.Struct, frozen=True):
    """Fragments with the elements around them; of the rest of a document nothing is shown."""

    regra: str
    codigo: str
    errado: str
    certo: str | None = None


@lru_cache(maxsize=1)
def examples() -> Mapping[Chave, Exemplo]:
    """The example of each rule that has one."""
    data = files(__package__).joinpath("catalogue", "exemplos.json").read_bytes()
    found = msgspec.json.decode(data, type=list[Exemplo])
    return {(each.regra, each.codigo): each for each in found}
