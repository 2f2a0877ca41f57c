"""The table of the OWASP ASVS, docs/asvs.tsv: a row a requirement."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Final, NamedTuple

from fiscalxml_ops.compliance.project import ROOT

TABLE: Final = ROOT / "docs" / "asvs.tsv"
ATENDIDO: Final = "atendido"
ESTADOS: Final = (ATENDIDO, "parcial", "falta", "não se aplica", "fora daqui")


class Requisito(NamedTuple):
    """A row of the table."""

    id: str
    nivel: int
    estado: str
    assunto: str
    evidencias: Sequence[str]
    """paths of files, of tests with `::` and their function"""
    observacao: str

    @property
    def capitulo(self) -> int:
        return int(self.id.removeprefix("V").partition(".")[0])


def requirements() -> list[Requisito]:
    """The table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Requisito(
                row["requisito"],
                int(row["nivel"]),
                row["estado"],
                row["assunto"],
                row["evidencias"].split(),
                row["observacao"],
            )
            for row in rows
        ]


def met() -> frozenset[str]:
    """Ids of requirements that are met."""
    return frozenset(each.id for each in requirements() if each.estado == ATENDIDO)
