"""The published estimate: what our model says of the same, and what one must assume to agree.

The publication gives totals. How much its users send, and for how long they have, it leaves open:
that is what `publicadas.tsv` sets, found by `inverter`; the rest are the assumptions that every
scenario has. Machines come in sizes, so not every figure can be hit exactly. Nothing of the
targets enters a result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.lines import total
from fiscalxml_ops.cost.model import Resultado, calcular
from fiscalxml_ops.cost.premises import Premissas
from fiscalxml_ops.cost.prices import FOLDER, Tabela, rows
from fiscalxml_ops.cost.scenarios import CENARIOS, MEDIDO, OTIMIZADO, Cenario

REGIAO: Final = "us-east-1"
TOLERANCIA: Final = Decimal("0.02")
MEDIDAS: Final[Mapping[str, Callable[[Resultado], Decimal]]] = {
    "aws": lambda r: r.aws,
    "terceiros": lambda r: r.terceiros,
    "total": lambda r: r.total,
    "por_usuario": lambda r: r.por_usuario,
}
_COLUMNS: Final = (
    *("alvo", "cenario", "usuarios", "medida", "valor"),
    *("documentos_por_usuario", "meses"),
)
_MOST: Final = Decimal(10_000_000)
"""documents a user that are looked up to"""


@dataclass(frozen=True)
class Alvo:
    """One published figure, and what is assumed for it: documents a user a month, and months."""

    nome: str
    cenario: Cenario
    usuarios: Decimal
    medida: str
    valor: Decimal
    documentos_por_usuario: Decimal
    meses: Decimal
    """of operation"""


@dataclass(frozen=True)
class Comparado:
    """The figure beside ours."""

    alvo: Alvo
    resultado: Resultado
    """with the published rates"""
    mesma_regiao: Resultado
    """the same documents at the measured rates, bought as the optimised estimate is"""
    medido: Resultado
    """the same at the measured rates, on demand, with the recovery region"""

    @property
    def nosso(self) -> Decimal:
        """What the model says, in the figure's unit."""
        return MEDIDAS[self.alvo.medida](self.resultado)

    @property
    def desvio(self) -> Decimal:
        """Fraction of the figure."""
        return self.nosso / self.alvo.valor - 1

    @property
    def reproduz(self) -> bool:
        """Within 2 %."""
        return abs(self.desvio) <= TOLERANCIA

    @property
    def parte_do_banco(self) -> Decimal:
        """Of the measured bill in two regions, the share of databases, their disks and backups."""
        return total(line for line in self.medido.linhas if line.preco.item.startswith("rds.")) / (
            self.medido.total
        )

    @property
    def objecoes(self) -> tuple[str, ...]:
        """Why what it must assume is not plausible, in words; none where it is."""
        return tuple(_objections(self.resultado))


def targets(folder: Path = FOLDER) -> tuple[Alvo, ...]:
    """The table of published figures."""
    return tuple(
        Alvo(
            nome=row["alvo"],
            cenario=CENARIOS[row["cenario"]],
            usuarios=Decimal(row["usuarios"]),
            medida=row["medida"],
            valor=Decimal(row["valor"]),
            documentos_por_usuario=Decimal(row["documentos_por_usuario"]),
            meses=Decimal(row["meses"]),
        )
        for row in rows(folder / "publicadas.tsv", _COLUMNS)
    )


def compared(premissas: Premissas, tabela: Tabela) -> tuple[Comparado, ...]:
    """Every published figure beside ours."""
    return tuple(_compare(alvo, premissas, tabela) for alvo in targets())


def inverter(alvo: Alvo, premissas: Premissas, tabela: Tabela) -> Decimal | None:
    """Documents a user, to a hundredth, behind which a figure is reached; None: never."""

    def reached(documents: Decimal) -> bool:
        p = premissas.but(documentos_por_usuario=documents, meses=alvo.meses)
        result = calcular(Demanda(alvo.usuarios, p), alvo.cenario, REGIAO, tabela)
        return MEDIDAS[alvo.medida](result) >= alvo.valor

    low, high = Decimal(0), _MOST
    if not reached(high):
        return None
    while high - low > Decimal("0.01"):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high.quantize(Decimal("0.01"))


def _compare(alvo: Alvo, premissas: Premissas, tabela: Tabela) -> Comparado:
    p = premissas.but(documentos_por_usuario=alvo.documentos_por_usuario, meses=alvo.meses)
    demanda = Demanda(alvo.usuarios, p)
    return Comparado(
        alvo,
        calcular(demanda, alvo.cenario, REGIAO, tabela),
        calcular(demanda, replace(OTIMIZADO, publicadas=False), REGIAO, tabela),
        calcular(demanda, MEDIDO, REGIAO, tabela),
    )


def _objections(result: Resultado) -> Iterator[str]:
    for papel in result.planta.papeis:
        if papel.maximo is not None and papel.pico > papel.maximo:
            yield (
                f"pede {papel.pico} tarefas de {papel.nome} no pico, e a arquitetura "
                f"publicada tem no máximo {papel.maximo}"
            )
    banco = result.planta.banco
    if banco.conjuntos > 1:
        yield (
            f"a maior máquina e o maior volume do RDS não bastam ao banco: seriam "
            f"{banco.conjuntos} de {banco.classe}"
        )
    elif banco.tamanho > 1:
        yield f"o banco seria db.r5.{banco.classe}, e o publicado é db.r5.xlarge"
