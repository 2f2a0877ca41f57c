"""What a TOML file says of a rule, and the document that each of its cases makes."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from factory import build, chave_of, env_evento, envi_nfe
from fiscalxml import Achado, Report, validate_all
from fiscalxml.judgement import Opcoes
from fiscalxml.rules import nfe
from fiscalxml.rules.nfe import eventos, inutilizacao
from fiscalxml.tables import operador

FOLDER = Path(__file__).parent
# Of the parties of factory's templates.
EMITENTE = "12345678000195"
IE = "110042490114"
DESTINATARIO = "11222333000181"
MODELOS = {"nfe", "nfce", "nfce_contingencia"}
"""kinds of the factory that are notes, not events"""
REGRAS = [*nfe.REGISTRO, *eventos.REGISTRO, *inutilizacao.REGISTRO]
DESLIGADAS = frozenset(regra.id for regra in REGRAS if not regra.ligada)
"""to ask for a rule that is on changes nothing, but makes a set of rules of its own"""
Tabelas = Mapping[str, Sequence[Mapping[str, str]]]
"""tables of the operator, by name: their rows by column"""
NENHUMA: Tabelas = {}


class Case(NamedTuple):
    """One document, and what the rule must say of it.

    `muda`, `depois` and `remove` are the edits of `factory.build` on the document `base`, where
    `{chave}`, `{emitente}`, `{ie}` and `{destinatario}` stand for the document's own access key,
    the CNPJ and IE of its emitente and the CNPJ of its destinatário, `{digest}` for the DigestValue
    of its signature in hexadecimal; `assina`: it is signed; `junto`: notes in the same file, each
    with its `base`, its edits and the fields of its `protocolo`;
    `caminho`, `encontrado` and `esperado` those of the finding; `aviso`: it is only advice. `em`
    judges at another instant, `uf` and `ambiente` before another authority; `tabelas` (of a case,
    or of all of a file) are what the operator supplies. `lote` puts it into an enviNFe (an event
    into an envEvento): its `indSinc`, and what is `antes` and `depois` of it, each with its `base`
    and its edits.
    """

    regra: str
    codigo: str
    nome: str
    passa: bool
    base: str
    itens: int = 1
    muda: Mapping[str, str] = {}
    depois: Mapping[str, str] = {}
    remove: tuple[str, ...] = ()
    em: datetime | None = None
    assina: bool = False
    junto: Sequence[Mapping[str, Any]] = ()
    uf: Any = None
    ambiente: Any = None
    lote: Mapping[str, Any] | None = None
    tabelas: Tabelas = NENHUMA
    aviso: bool | None = None
    caminho: str | None = None
    encontrado: str | None = None
    esperado: str | None = None

    @property
    def id(self) -> str:
        outcome = "passa" if self.passa else "falha"
        return f"{self.regra} {self.codigo} {outcome}: {self.nome}"

    def document(self) -> bytes:
        """The case's document."""
        document = self._build("", "")
        texts = (*self.muda.values(), *self.depois.values())
        if any("{chave}" in text or "{digest}" in text for text in texts):
            document = self._build(chave_of(document), _digest(document))
        return document

    def report(self) -> Report:
        """The report of the case's document, through the whole validation."""
        before, lote = self._in_file(self.document())
        ligar = DESLIGADAS & {self.regra}
        opcoes = Opcoes(em=self.em, ligar=ligar, uf=self.uf, ambiente=self.ambiente)
        with operator_tables(self.tabelas):
            return list(validate_all(lote, **opcoes))[before]

    def _in_file(self, document: bytes) -> tuple[int, bytes]:
        """The document, with the notes beside it, and how many come before it."""
        if not self.junto:
            return self._in_lote(document)
        notes = [self._other(note) for note in self.junto]
        bodies = [body.partition(b"?>")[2] for body in (*notes, document)]
        return len(notes), b"<arquivo>" + b"".join(bodies) + b"</arquivo>"

    def _in_lote(self, document: bytes) -> tuple[int, bytes]:
        """The document, in its lote if it has one, and how many come before it."""
        if self.lote is None:
            return 0, document
        before, after = (
            [self._other(note) for note in self.lote.get(side, ())] for side in ("antes", "depois")
        )
        if self.base not in MODELOS:
            return len(before), env_evento([*before, document, *after])
        lote = envi_nfe([*before, document, *after])
        sincrono = f"<indSinc>{self.lote.get('indSinc', '0')}</indSinc>".encode()
        return len(before), lote.replace(b"<indSinc>0</indSinc>", sincrono)

    def _other(self, note: Mapping[str, Any]) -> bytes:
        return build(
            note.get("base", self.base),
            changes=note.get("muda", {}),
            after=note.get("depois", {}),
            remove=note.get("remove", ()),
            sign="protocolo" in note,
            protocol=note.get("protocolo", False),
        )

    def _build(self, chave: str, digest: str) -> bytes:
        own = {"{chave}": chave, "{emitente}": EMITENTE, "{ie}": IE, "{destinatario}": DESTINATARIO}
        own["{digest}"] = digest
        return build(
            self.base,
            itens=self.itens,
            changes={path: _fill(text, own) for path, text in self.muda.items()},
            after={path: _fill(xml, own) for path, xml in self.depois.items()},
            remove=self.remove,
            sign=self.assina,
        )

    def findings(self, report: Report) -> list[Achado]:
        """Those of the case's rule."""
        return [
            achado
            for achado in report.achados
            if (achado.regra, achado.codigo) == (self.regra, self.codigo)
        ]


@contextmanager
def operator_tables(tabelas: Tabelas) -> Iterator[None]:
    """A folder of the operator with some tables; none, and nothing is done."""
    if not tabelas:
        yield
        return
    before = os.environ.get(operador.TABELAS_DIR)
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in tabelas.items():
            lines = [
                "# data: 2026-11-30",
                "\t".join(rows[0]),
                *("\t".join(row.values()) for row in rows),
            ]
            Path(folder, f"{name}.tsv").write_text("\n".join(lines), encoding="utf-8")
        os.environ[operador.TABELAS_DIR] = folder
        operador.esquecer()
        try:
            yield
        finally:
            os.environ.pop(operador.TABELAS_DIR)
            if before is not None:
                os.environ[operador.TABELAS_DIR] = before
            operador.esquecer()


def _digest(document: bytes) -> str:
    """Of its signature, in hexadecimal; empty when it has none."""
    return document.partition(b"<DigestValue>")[2].partition(b"<")[0].hex()


def _fill(fragment: str, own: Mapping[str, str]) -> str:
    for name, text in own.items():
        fragment = fragment.replace(name, text)
    return fragment


@cache
def read_cases() -> Sequence[Case]:
    """All cases of all files; the base document of a file passes its rule unless a case says so."""
    return [
        case
        for path in sorted(FOLDER.rglob("*.toml"))
        if path.parent.name != "cenarios"  # whole documents, of no rule
        for case in _of_file(tomllib.loads(path.read_text(encoding="utf-8")))
    ]


def _of_file(file: dict[str, Any]) -> Iterator[Case]:
    regra, codigo = file["regra"], file["codigo"]
    base = file.get("base") or regra.partition(":")[0]
    if not file.get("base_falha"):
        tabelas = file.get("tabelas", {})
        yield Case(regra, codigo, "documento base", passa=True, base=base, tabelas=tabelas)
    for outcome in ("passa", "falha"):
        for entry in file.get(outcome, ()):
            fields = {"base": base, "tabelas": file.get("tabelas", {}), **entry}
            fields["remove"] = tuple(entry.get("remove", ()))
            yield Case(regra, codigo, passa=outcome == "passa", **fields)
