"""Make the recipes of `fiscalxml generate --falha` from the failing cases of `tests/rules`.

    make falhas

For each rule it takes the first case that breaks this rule and nothing else in a generated note;
rules without one are listed, with what else each of their cases breaks.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import msgspec

from fiscalxml import Achado, validate
from fiscalxml.generator.authority import write_authorities
from fiscalxml.generator.faults import Falha, Receita, of_recipe
from fiscalxml.generator.notes import plain_nota
from fiscalxml.generator.parties import CAMPINAS, SAO_PAULO, empresa
from rules.cases import Case, read_cases

TARGET = Path("src/fiscalxml/generator/falhas.json")
_MODELOS = {"nfe": "55", "nfce": "65"}
_EMISSOES = (datetime(2026, 11, 10, 12, tzinfo=UTC), datetime(2026, 10, 31, 12, tzinfo=UTC))
"""the ends of the days of generated notes: a recipe is good on all of them"""


def build(ac: Path) -> Iterator[tuple[Case, Receita | None, list[Achado]]]:
    """Each failing case that can be a recipe, with what it breaks besides its rule."""
    for case in read_cases():
        if case.passa or case.base not in _MODELOS or case.itens != 1 or case.tabelas:
            continue
        receita = Receita(
            regra=case.regra,
            codigo=case.codigo,
            modelo=_MODELOS[case.base],
            muda=dict(case.muda),
            depois=dict(case.depois),
            remove=case.remove,
        )
        each = [findings(of_recipe(receita), ac, emissao) for emissao in _EMISSOES]
        own = [(case.regra, case.codigo)]
        alone = all([(a.regra, a.codigo) for a in found] == own for found in each)
        yield case, receita if alone else None, each[0]


def findings(falha: Falha, ac: Path, emissao: datetime) -> list[Achado]:
    """What is found in a note of that instant which is broken so."""
    rng = Random(1)  # noqa: S311 - nothing secret
    emit, dest = empresa(rng, SAO_PAULO), empresa(rng, CAMPINAS)
    nota = plain_nota(falha.modelo, rng, 1, emissao, emit, dest)
    return validate(falha.write(falha.edit(nota), False), ac=[str(ac)]).achados


def main() -> None:
    """Write the recipes, and tell which rules have none."""
    recipes: dict[tuple[str, str], Receita] = {}
    broken: dict[tuple[str, str], list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        write_authorities(Path(folder))
        for case, receita, found in build(Path(folder)):
            key = (case.regra, case.codigo)
            if receita is not None:
                recipes.setdefault(key, receita)
            others = ", ".join(f"{a.codigo} {a.regra or ''}".strip() for a in found)
            broken.setdefault(key, []).append(f"{case.nome}: {others or 'nada'}")
    lines = [msgspec.json.encode(receita).decode() for receita in recipes.values()]
    TARGET.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    print(f"{len(recipes)} recipes", file=sys.stderr)
    for key in broken.keys() - recipes.keys():
        print(*key, *broken[key], sep="\n  ", file=sys.stderr)


if __name__ == "__main__":
    main()
