"""Which XSD judges which element: nfelib's packages, and an operator's folder before them.

Each package folder is indexed when first needed: (element, version) -> file. The events of the
NF-e share one root in many packages, so they are chosen by `tpEvento`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from fiscalxml.schemas.loader import Validator, compile_xsd

SCHEMAS_DIR = "FISCALXML_SCHEMAS_DIR"
"""The environment variable that names the operator's folder."""


@dataclass(frozen=True, slots=True)
class Pacote:
    """A set of XSDs as published, in one folder."""

    nome: str
    pasta: Path
    publicado: date | None = None


@dataclass(frozen=True, eq=False)
class Esquema:
    """One XSD file that judges one element. There is one of each in a process."""

    arquivo: Path
    pacote: Pacote
    elemento: str
    tipo_xsd: str = ""
    """the type of a root that the file itself does not declare"""

    @cached_property
    def validator(self) -> Validator:
        return compile_xsd(self.arquivo, self.elemento, self.tipo_xsd)

    @cached_property
    def rotulo(self) -> str:
        """What the report says that it judged the form with."""
        return f"{self.pacote.nome} ({schemas_label()})"

    @property
    def numbers_named(self) -> frozenset[str]:
        """The six-digit numbers in the file: the XSD of an event's detail names its tpEvento."""
        return _numbers_in(self.arquivo)


@dataclass(frozen=True, slots=True)
class EventoNfe:
    """Where the schemas of an NF-e event are: file stems in an nfelib package."""

    pasta: str
    evento: str
    proc: str
    detalhe: str


def _package_folder(name: str) -> Path:
    """Where a package is, without importing it: nfelib's own imports cost 100 ms."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return Path(spec.origin).parent


_NFELIB = _package_folder("nfelib")

# Versions and dates of publication as the packages state them (nfelib's SCHEMA_VERSION).
_PACOTES: dict[str, tuple[tuple[str, str, date | None], ...]] = {
    "http://www.portalfiscal.inf.br/nfe": (
        ("nfe/schemas/v4_0", "PL_010f NT 2025.002 v1.50", date(2026, 8, 31)),
        ("nfe_dist_dfe/schemas/v1_0", "PL_NFeDistDFe_104", date(2026, 7, 3)),
        ("nfe_cons/schemas/v2_0", "consSitNFe 2.01", None),
    ),
    "http://www.portalfiscal.inf.br/cte": (
        ("cte/schemas/v4_0", "PL_CTe_400 NT 2026.004 RTC 1.00", date(2026, 10, 16)),
        ("cte_dist_dfe/schemas/v1_0", "PL_CTeDistDFe_100", None),
    ),
    "http://www.portalfiscal.inf.br/mdfe": (
        ("mdfe/schemas/v3_0", "PL_MDFe_300b NT 2025.001 1.04", date(2026, 4, 25)),
        ("mdfe_dist_dfe/schemas/v1_0", "PL_MDFeDistDFe_100", None),
    ),
    "http://www.portalfiscal.inf.br/bpe": (
        ("bpe/schemas/v1_0", "PL_BPe_100b NT 2026.002 RTC 1.01", date(2026, 6, 29)),
    ),
    "http://www.portalfiscal.inf.br/nf3e": (
        ("nf3e/schemas/v1_0", "PL_NF3E_1.00a NT 2026.002 RTC 1.01", date(2026, 6, 29)),
    ),
    "http://www.portalfiscal.inf.br/nfcom": (
        ("nfcom/schemas/v1_0", "PL_NFCOM_1.00 NT 2026.002 RTC 1.01", date(2026, 5, 11)),
    ),
    "http://www.sped.fazenda.gov.br/nfse": (
        ("nfse/schemas/v1_0", "NFSe-ESQUEMAS_XSD-v1.01-20260209", date(2026, 2, 9)),
    ),
}

_MANIFESTACAO = ("nfe_evento_mde", "confRecebto", "procConfRecebtoNFe")
EVENTOS_NFE: dict[str, EventoNfe] = {
    "110110": EventoNfe("nfe_evento_cce", "CCe", "procCCeNFe", "e110110"),
    "110111": EventoNfe("nfe_evento_cancel", "eventoCancNFe", "procEventoCancNFe", "e110111"),
    "110130": EventoNfe("nfe_entrega", "EventoEntregaNFe", "procEventoEntregaNFe", "e110130"),
    "110131": EventoNfe(
        "nfe_entrega", "EventoCancEntregaNFe", "procEventoCancEntregaNFe", "e110131"
    ),
    "110140": EventoNfe("nfe_epec", "EPEC", "procEPEC", "e110140"),
    "110150": EventoNfe(
        "nfe_ator_interessado", "eventoAtorInteressado", "procEventoAtorInteressado", "110150"
    ),
    "110192": EventoNfe("nfe_insucesso", "EventoInsucessoNFe", "procEventoInsucessoNFe", "e110192"),
    "110193": EventoNfe(
        "nfe_insucesso", "EventoCancInsucessoNFe", "procEventoCancInsucessoNFe", "e110193"
    ),
    **{
        tipo: EventoNfe(*_MANIFESTACAO, f"e{tipo}")
        for tipo in ("210200", "210210", "210220", "210240")
    },
}
_GENERICO = Pacote("evento genérico", _NFELIB / "nfe_evento_generico/schemas/v1_0")

# The XSD 1.01 of the NFS-e takes both versions, by its own pattern (TVerNFSe).
_JUDGED_AS = {("http://www.sped.fazenda.gov.br/nfse", "1.00"): "1.01"}

_VERSION = re.compile(r"_v([0-9]+\.[0-9]{2})$")
_EVENT = re.compile(r"[0-9]{6}_v[0-9]+\.[0-9]{2}")
_SIX_DIGITS = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTS = re.compile(r"leiaute|tipos|xmldsig|^tmp|Tipos|_old$")


def find_schema(
    espaco: str, elemento: str, versao: str | None, evento: str | None = None
) -> Esquema | None:
    """The schema of an element of a namespace at a layout version (`4.00`), or None.

    `evento` is the tpEvento, when the element is an NF-e event or its proc.
    """
    return _find(espaco, elemento, versao, evento, os.environ.get(SCHEMAS_DIR, ""))


def current_version(espaco: str, elemento: str) -> str | None:
    """The newest layout version at hand for an element."""
    found = [
        versao
        for pacote in _packages(espaco, os.environ.get(SCHEMAS_DIR, ""))
        for (space, name, versao) in _index(pacote)
        if (space, name) == (espaco, elemento)
    ]
    return max(found, default=None)


def schemas_label() -> str:
    """Where the schemas come from."""
    return f"nfelib {nfelib_version()}"


@lru_cache(maxsize=1)
def nfelib_version() -> str:
    return metadata.version("nfelib")


@lru_cache(maxsize=1024)
def _find(
    espaco: str, elemento: str, versao: str | None, evento: str | None, operator: str
) -> Esquema | None:
    if evento is not None and (found := _nfe_event(elemento, versao, evento, operator)):
        return found
    versao = _JUDGED_AS.get((espaco, versao or ""), versao)
    for pacote in _packages(espaco, operator):
        arquivo = _index(pacote).get((espaco, elemento, versao or ""))
        if arquivo:
            return Esquema(arquivo, pacote, elemento)
    return None


def _nfe_event(elemento: str, versao: str | None, evento: str, operator: str) -> Esquema | None:
    """The NF-e event's own schema; the generic envelope for an event that nfelib has not."""
    for pacote in _operator_packages(operator):
        arquivo = _event_file(pacote, elemento, versao, evento)
        if arquivo:
            return Esquema(arquivo, pacote, elemento)
    known = EVENTOS_NFE.get(evento)
    pacote = _GENERICO
    if known:
        pacote = Pacote(f"evento {evento}", _NFELIB / known.pasta / "schemas/v1_0")
    pasta = pacote.pasta
    if elemento == "envEvento":
        return Esquema(_GENERICO.pasta / "envEvento_v1.00.xsd", _GENERICO, elemento)
    if elemento == "detEvento":
        return Esquema(pasta / f"{known.detalhe}_v1.00.xsd", pacote, elemento) if known else None
    if elemento == "procEventoNFe":
        stem = known.proc if known else "procEventoNFe"
        return Esquema(pasta / f"{stem}_v1.00.xsd", pacote, elemento)
    if elemento == "evento":
        stem = known.evento if known else "leiauteEvento"
        return Esquema(pasta / f"{stem}_v1.00.xsd", pacote, elemento, "" if known else "TEvento")
    return None


def _event_file(pacote: Pacote, elemento: str, versao: str | None, evento: str) -> Path | None:
    """An operator's schema for one NF-e event, by the official file name: e112110_v1.00.xsd."""
    if elemento != "detEvento" or not _EVENT.fullmatch(f"{evento}_v{versao}"):
        return None
    path = pacote.pasta / f"e{evento}_v{versao}.xsd"
    return path if path.is_file() else None


@lru_cache(maxsize=64)
def _packages(espaco: str, operator: str) -> tuple[Pacote, ...]:
    own = tuple(
        Pacote(nome, _NFELIB / pasta, publicado)
        for pasta, nome, publicado in _PACOTES.get(espaco, ())
    )
    return (*_operator_packages(operator), *own)


@lru_cache(maxsize=8)
def _operator_packages(operator: str) -> tuple[Pacote, ...]:
    """The operator's packages: the folder and its subfolders, the last name first.

    A date in a folder's name (`2026-12-01 PL_010g`) is taken as the day of publication.
    """
    top = Path(operator)
    if not operator or not top.is_dir():
        return ()
    folders = [top, *(path for path in top.rglob("*") if path.is_dir())]
    return tuple(
        Pacote(folder.name, folder, _date_in(folder.name))
        for folder in sorted(folders, reverse=True)
        if any(folder.glob("*.xsd"))
    )


@lru_cache(maxsize=256)
def _numbers_in(path: Path) -> frozenset[str]:
    return frozenset(_SIX_DIGITS.findall(path.read_text(encoding="utf-8", errors="replace")))


def _date_in(name: str) -> date | None:
    match = _DATE.search(name)
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _index(pacote: Pacote) -> dict[tuple[str, str, str], Path]:
    """(namespace, global element, version in the file's name) -> file."""
    return {
        (espaco, elemento, match[1]): path
        for path in sorted(pacote.pasta.glob("*.xsd"))
        if (match := _VERSION.search(path.stem)) and not _PARTS.search(path.stem)
        for espaco, elemento in _globals(path)
    }


def _globals(path: Path) -> Iterator[tuple[str, str]]:
    """The first global element of an XSD file: the root that it was published for."""
    try:
        root = etree.parse(path).getroot()
    except etree.XMLSyntaxError:
        return
    element = root.find("{http://www.w3.org/2001/XMLSchema}element")
    if element is not None:
        yield root.get("targetNamespace", ""), element.get("name", "")
