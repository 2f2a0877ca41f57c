"""Cancelamento por substituição (110112): an NFC-e that another one, in contingência, replaces.

(What a plain cancelamento can be judged by is in `geral`.)
"""

from __future__ import annotations

from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.identifiers.chave import chave_check_digit
from fiscalxml.identifiers.uf import UF_POR_CODIGO
from fiscalxml.rules.nfe.eventos.citada import (
    Citada,
    ano_impossivel,
    emitente_invalido,
    partes,
)
from fiscalxml.rules.nfe.eventos.scopes import SUBSTITUICAO, Evento, do_evento

_NORMAL: Final = "1"
_MODELOS: Final = frozenset({"55", "65"})
_MESES: Final = frozenset(f"{mes:02}" for mes in range(1, 13))
_CAMPO: Final = "detEvento/chNFeRef"


@do_evento(
    "nfe:2P12-20/2P12-30/P21-10",
    "466",
    SUBSTITUICAO,
    com="detEvento:tpAutor",
    causa="tpAutor preenchido com o tipo de outro evento.",
    correcao="O cancelamento por substituição é do emitente: informe tpAutor 1.",
)
def tipo_do_autor(evento: Evento) -> Falha | None:
    """(Of the EPEC and the ator interessado the schema tells.)"""
    tipo = evento.detalhe["tpAutor"]
    return None if tipo == "1" else Falha("detEvento/tpAutor", tipo, "1")


@do_evento(
    "nfe:P31-14/P31-18/P31-22/P31-26",
    "910",
    SUBSTITUICAO,
    com="detEvento:chNFeRef",
    causa="Chave da nota substituta digitada à mão ou montada com erro.",
    correcao="Informe em chNFeRef a chave da NFC-e que substitui a cancelada.",
)
def substituta_invalida(evento: Evento) -> Falha | None:
    """Each part of the chave of the note that replaces the cancelled one."""
    parte = _wrong_part(partes(evento.detalhe["chNFeRef"]), evento.ano_corrente)
    if parte is None:
        return None
    return Falha(_CAMPO, evento.detalhe["chNFeRef"], f"{parte} válido na chave")


def _wrong_part(chave: Citada, corrente: int | None) -> str | None:
    if not _has_its_digit(chave.texto):
        return "dígito verificador"
    if chave.uf not in UF_POR_CODIGO:
        return "código da UF"
    if ano_impossivel(chave, corrente):
        return "ano"
    if chave.mes not in _MESES:
        return "mês"
    if emitente_invalido(chave):
        return "CNPJ ou CPF"
    if chave.modelo not in _MODELOS:
        return "modelo"
    return None if chave.numero.strip("0") else "número"


def _has_its_digit(texto: str) -> bool:
    try:
        return chave_check_digit(texto[:-1]) == texto[-1:]
    except ValueError:
        return False


@do_evento(
    "nfe:P31-38/P31-42/P31-46/P31-52",
    "911",
    SUBSTITUICAO,
    com="detEvento:chNFeRef",
    causa="A chave da própria nota cancelada foi repetida em chNFeRef.",
    correcao="Informe em chNFeRef outra nota do mesmo emitente, da mesma UF e do mesmo modelo.",
)
def substituta_incorreta(evento: Evento) -> Falha | None:
    """It is another note of the same UF, emitente and model."""
    citada, substituta = evento.citada, partes(evento.detalhe["chNFeRef"])
    if substituta.texto == citada.texto:
        return Falha(_CAMPO, substituta.texto, "a chave de outra nota")
    for nome in ("uf", "emitente", "modelo"):
        found, expected = getattr(substituta, nome), getattr(citada, nome)
        if found != expected:
            return Falha(_CAMPO, f"{nome} {found}", f"{nome} {expected}, da nota a cancelar")
    return None


@do_evento(
    "nfe:P12-48",
    "920",
    SUBSTITUICAO,
    com="detEvento:chNFeRef",
    causa="As chaves das duas notas foram trocadas.",
    correcao="Cancele a nota de emissão normal (tpEmis 1) e cite em chNFeRef a que foi emitida em "
    "contingência.",
)
def tipos_de_emissao(evento: Evento) -> Falha | None:
    """The cancelled note was emitted normally, the one that replaces it in contingência.

    NT 2018.004 asks for 9 in the latter; the MOC 7.0, which is later, for anything but 1.
    """
    if evento.citada.emissao != _NORMAL:
        return Falha("chNFe", f"tpEmis {evento.citada.emissao}", "tpEmis 1")
    substituta = partes(evento.detalhe["chNFeRef"])
    if substituta.emissao == _NORMAL:
        return Falha(_CAMPO, "tpEmis 1", "tpEmis de contingência")
    return None
