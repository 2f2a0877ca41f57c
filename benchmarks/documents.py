"""The documents that everything is measured on: synthetic, each one different."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from fiscalxml.generator import Faixa, Lote, Pedido, TipoGerado, generate

COMPANIES: Final = 20
"""A folder of fiscal documents has few signers, so certificates are seen again and again."""

_SIGNED: Final[dict[TipoGerado, str]] = {
    "nfe": "infNFe",
    "cte": "infCte",
    "mdfe": "infMDFe",
    "nfse": "infNFSe",
    "cancelamento": "infEvento",
}
_FAULTS: Final = ("XSD-001", "XSD-010", "629")


@dataclass(frozen=True)
class Sample:
    """Documents of one kind and size."""

    name: str
    kind: TipoGerado
    documents: list[bytes]

    @property
    def signed(self) -> str:
        """The name of the signed element."""
        return _SIGNED[self.kind]

    @property
    def kilobytes(self) -> float:
        """Mean size of a document, in kB."""
        return sum(map(len, self.documents)) / len(self.documents) / 1000


def samples() -> list[Sample]:
    """Every sample of the comparison, signed and with its protocol where the kind has one."""
    return [
        _sample("NF-e, 3 items", "nfe", 200, itens=3),
        _sample("NF-e, 5 items", "nfe", 150, itens=5),
        _sample("NF-e, 10 items", "nfe", 100, itens=10),
        _sample("NF-e, 30 items", "nfe", 60, itens=30),
        _sample("NF-e, 300 items", "nfe", 10, itens=300),
        _sample("NF-e, 990 items", "nfe", 4, itens=990),
        _with_faults("NF-e, 1 item, a fault in each", 200),
        _sample("CT-e", "cte", 100),
        _sample("MDF-e", "mdfe", 100),
        _sample("NFS-e", "nfse", 100),
        _sample("event: cancelamento of NF-e", "cancelamento", 100),
    ]


def notes_of_strangers(count: int) -> Sample:
    """Notes of 3 items, each signed with a certificate of its own."""
    lotes = (Lote(_request("nfe", 1, 3, companies=1, seed=seed)) for seed in range(count))
    documents = [lote.draw(0).xml for lote in lotes]
    return Sample("NF-e, 3 items, new certificates", "nfe", documents)


def _sample(name: str, kind: TipoGerado, count: int, *, itens: int = 1) -> Sample:
    return Sample(name, kind, [d.xml for d in generate(_request(kind, count, itens))])


def _with_faults(name: str, count: int) -> Sample:
    """Two of three break the layout, so that no rules run on them; the others a rule."""
    pedido = replace(_request("nfe", count, 1), falhas=[(codigo, None) for codigo in _FAULTS])
    return Sample(name, "nfe", [documento.xml for documento in generate(pedido)])


def _request(
    kind: TipoGerado, count: int, itens: int, *, companies: int = COMPANIES, seed: int = 1
) -> Pedido:
    return Pedido(
        quantidade=count,
        semente=seed,
        tipos={kind: 1},
        itens=[Faixa(itens, itens)],
        protocolo=True,
        emitentes=companies,
    )
