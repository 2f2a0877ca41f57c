"""Ator interessado na NF-e (110150): who lets a carrier get the note's XML (NT 2020.007)."""

from __future__ import annotations

from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.identifiers.cnpj import is_valid_cnpj
from fiscalxml.identifiers.cpf import is_valid_cpf
from fiscalxml.rules.nfe.eventos.scopes import ATOR_INTERESSADO, Evento, do_evento

_FONTE: Final = "NT 2020.007"
_EMITENTE_OU_DESTINATARIO: Final = frozenset("12")
_PERMITE: Final = "1"
"""tpAutorizacao: the carrier may authorise others"""


@do_evento(
    "nfe:P26-10",
    "827",
    ATOR_INTERESSADO,
    fonte=_FONTE,
    causa="O emissor não preenche tpAutorizacao.",
    correcao="Informe tpAutorizacao: 0 não permite, 1 permite que o transportador autorize outros.",
)
def sem_tipo_de_autorizacao(evento: Evento) -> Falha | None:
    detalhe = evento.detalhe
    if detalhe["tpAutor"] not in _EMITENTE_OU_DESTINATARIO or "tpAutorizacao" in detalhe:
        return None
    return Falha("detEvento/tpAutorizacao", "ausente", "0 ou 1")


@do_evento(
    "nfe:P26-20",
    "828",
    ATOR_INTERESSADO,
    com="detEvento:tpAutorizacao",
    fonte=_FONTE,
    causa="O transportador usa o mesmo leiaute do emitente.",
    correcao="No evento gerado pelo transportador (tpAutor 3), retire tpAutorizacao.",
)
def tipo_de_autorizacao_do_transportador(evento: Evento) -> Falha | None:
    if evento.detalhe["tpAutor"] in _EMITENTE_OU_DESTINATARIO:
        return None
    return Falha("detEvento/tpAutorizacao", evento.detalhe["tpAutorizacao"], "não informar")


@do_evento(
    "nfe:P27-10",
    "829",
    ATOR_INTERESSADO,
    com="detEvento:tpAutorizacao",
    fonte=_FONTE,
    causa="O emissor não preenche o texto fixo de xCondUso.",
    correcao="Com tpAutorizacao 1, informe em xCondUso o texto fixo do leiaute.",
)
def sem_condicao_de_uso(evento: Evento) -> Falha | None:
    detalhe = evento.detalhe
    if detalhe["tpAutorizacao"] != _PERMITE or "xCondUso" in detalhe:
        return None
    return Falha("detEvento/xCondUso", "ausente", "o texto fixo do leiaute")


@do_evento(
    "",
    "830",
    ATOR_INTERESSADO,
    com="detEvento:xCondUso",
    id="evento:P27-20",
    fonte=_FONTE,
    causa="O emissor preenche sempre xCondUso.",
    correcao="Com tpAutorizacao 0, retire xCondUso.",
)
def condicao_de_uso_indevida(evento: Evento) -> Falha | None:
    """Of one that names another tpAutorizacao; of one that names none the NT says nothing."""
    if evento.detalhe["tpAutorizacao"] in ("", _PERMITE):
        return None
    return Falha("detEvento/xCondUso", "informado", "não informar")


@do_evento(
    "nfe:GA02-10",
    "323",
    ATOR_INTERESSADO,
    com="detEvento/autXML:CNPJ",
    id="evento:P24-10",
    fonte=_FONTE,
    causa="CNPJ do transportador digitado errado.",
    correcao="Corrija o CNPJ autorizado em autXML.",
)
def cnpj_autorizado(evento: Evento) -> Falha | None:
    cnpj = evento.detalhe.em("autXML")["CNPJ"]
    if is_valid_cnpj(cnpj):
        return None
    return Falha("detEvento/autXML/CNPJ", cnpj, "CNPJ com dígitos verificadores corretos")


@do_evento(
    "nfe:GA03-10",
    "325",
    ATOR_INTERESSADO,
    com="detEvento/autXML:CPF",
    id="evento:P25-10",
    fonte=_FONTE,
    causa="CPF do transportador digitado errado.",
    correcao="Corrija o CPF autorizado em autXML.",
)
def cpf_autorizado(evento: Evento) -> Falha | None:
    cpf = evento.detalhe.em("autXML")["CPF"]
    if is_valid_cpf(cpf):
        return None
    return Falha("detEvento/autXML/CPF", cpf, "CPF com dígitos verificadores corretos")
