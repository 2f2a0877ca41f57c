"""Make the fragments that explain each rule from the cases of `tests/rules`.

    make exemplos

Of the failing cases of a rule and the passing ones (the base document is one) the two that differ
least are shown. A rule whose cases differ by the instant alone has no fragment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import msgspec

from fiscalxml.rules.examples import Exemplo
from fiscalxml.rules.listing import Explicacao, list_rules
from rules.cases import Case, read_cases
from scripts.rule_fragments import Diferenca

TARGET = Path("src/fiscalxml/rules/catalogue/exemplos.json")


def main() -> None:
    """Write them, in the order of the catalogue."""
    found = list(build())
    lines = [msgspec.json.encode(each).decode() for each in found]
    TARGET.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    print(f"{len(found)} examples")


def build() -> Iterator[Exemplo]:
    """The example of each rule that has one."""
    cases: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in read_cases():
        cases[case.regra, case.codigo].append(case)
    for rule in list_rules():
        if found := _smallest(cases.get((rule.regra or "", rule.codigo), [])):
            errado, certo = found.fragments(_words(rule))
            yield Exemplo(rule.regra or "", rule.codigo, errado, certo)


def _words(rule: Explicacao) -> str:
    return " ".join(filter(None, (rule.correcao, rule.condicao)))


def _smallest(cases: list[Case]) -> Diferenca | None:
    pairs = [
        Diferenca(wrong.document(), right.document())
        for wrong, right in product(cases, cases)
        if right.passa
        and not wrong.passa
        and (right.base, right.itens) == (wrong.base, wrong.itens)
    ]
    return min((pair for pair in pairs if pair.size), key=lambda pair: pair.size, default=None)


if __name__ == "__main__":
    main()
