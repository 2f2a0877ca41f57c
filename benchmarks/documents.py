"""The documents that everything is measured on: made by the test factory, each one different."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from factory import build, cnpj_with_dv, e_cnpj
from factory.kinds import KINDS

COMPANIES = 20
"""A folder of fiscal documents has few signers, so certificates are seen again and again."""

# Where each kind carries a number of its own, so that no two documents are equal.
_NUMBER = {
    "nfe": "ide/nNF",
    "cte": "ide/nCT",
    "mdfe": "ide/nMDF",
    "nfse": "nNFSe",
    "cancelamento": "detEvento/nProt",
}
_SIGNER = {"nfe": "emit/CNPJ", "cte": "emit/CNPJ", "mdfe": "emit/CNPJ"}
_FAULTS = {"det[1]/prod/NCM": "8471.30.12", "emit/enderEmit/UF": "XX"}
_FIRST_NUMBER = {"cancelamento": 135260000000001}


@dataclass(frozen=True)
class Sample:
    """Documents of one kind and size."""

    name: str
    kind: str
    documents: list[bytes]

    @property
    def signed(self) -> str:
        """The name of the signed element."""
        return KINDS[self.kind].inf

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
        _sample("NF-e, 3 items, 3 faults", "nfe", 200, itens=3, faults=True),
        _sample("CT-e", "cte", 100),
        _sample("MDF-e", "mdfe", 100),
        _sample("NFS-e", "nfse", 100),
        _sample("event: cancelamento of NF-e", "cancelamento", 100),
    ]


def notes_of_strangers(count: int) -> Sample:
    """Notes of 3 items, each signed with a certificate of its own."""
    return _sample("NF-e, 3 items, new certificates", "nfe", count, itens=3, companies=count)


def write_notes(folder: Path, count: int) -> None:
    """`count` different notes of 3 items as files."""
    for number, document in enumerate(_documents("nfe", count, itens=3)):
        (folder / f"{number:06d}.xml").write_bytes(document)


def _sample(
    name: str,
    kind: str,
    count: int,
    *,
    itens: int = 1,
    faults: bool = False,
    companies: int = COMPANIES,
) -> Sample:
    made = _documents(kind, count, itens=itens, faults=faults, companies=companies)
    return Sample(name, kind, list(made))


def _documents(
    kind: str, count: int, *, itens: int, faults: bool = False, companies: int = COMPANIES
) -> Iterator[bytes]:
    for index in range(count):
        cnpj = cnpj_with_dv(f"{10_000_000 + index % companies}0001")
        changes = {_NUMBER[kind]: str(_FIRST_NUMBER.get(kind, 1001) + index)}
        if kind in _SIGNER:
            changes[_SIGNER[kind]] = cnpj
        yield build(
            kind,
            itens=itens,
            changes=changes | (_FAULTS if faults else {}),
            remove=["det[2]/prod/CFOP"] if faults else [],
            leaf=e_cnpj(cnpj) if kind in _SIGNER else None,
            protocol=bool(KINDS[kind].proc),
        )
