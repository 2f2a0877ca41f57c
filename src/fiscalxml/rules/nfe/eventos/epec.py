"""EPEC (110140): the emission in contingência that is announced before the note (NT 2014.001)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from fiscalxml.documents.facts import parse_datetime
from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.identifiers.cnpj import is_valid_cnpj
from fiscalxml.identifiers.cpf import is_valid_cpf
from fiscalxml.identifiers.uf import CODIGO_POR_UF, UF_POR_CODIGO
from fiscalxml.rules.nfe.eventos.scopes import EPEC, Evento, do_evento
from fiscalxml.rules.nfe.pessoas import EXTERIOR, ie_invalida

_FONTE: Final = "NT 2014.001"
_CONTINGENCIA: Final = "4"
_SERIE_DE_CPF: Final = range(920, 970)
_TOLERANCIA: Final = timedelta(minutes=5)
_PRAZO: Final = timedelta(days=1)
_EMISSAO: Final = "detEvento:dhEmi"


@do_evento(
    "nfe:P12-50",
    "484",
    EPEC,
    fonte=_FONTE,
    causa="A nota foi montada com tpEmis 1 antes de a contingência ser ligada.",
    correcao="Gere a nota com tpEmis 4, refaça a chave e envie o EPEC com ela.",
)
def tipo_de_emissao(evento: Evento) -> Falha | None:
    if evento.citada.emissao == _CONTINGENCIA:
        return None
    return Falha("chNFe", f"tpEmis {evento.citada.emissao}", "tpEmis 4")


@do_evento(
    "nfe:P12-32",
    "266",
    EPEC,
    causa="Série reservada à nota avulsa ou a outro ambiente.",
    correcao="Use no EPEC uma série de 0 a 889, ou de 920 a 969 para pessoa física.",
)
def serie(evento: Evento) -> Falha | None:
    numero = int(evento.citada.serie)
    if numero < 890 or numero in _SERIE_DE_CPF:
        return None
    return Falha("chNFe", f"série {numero}", "série de 0 a 889 (de 920 a 969 com CPF)")


@do_evento(
    "nfe:C02a-10",
    "495",
    EPEC,
    com=":CPF",
    id="evento:P11-21",
    fonte=_FONTE,
    desde=date(2020, 3, 16),  # v1.20: a person may register an EPEC at all
    homologacao=date(2020, 2, 17),
    causa="Pessoa física emite em série comum.",
    correcao="Emitente com CPF usa no EPEC uma série de 920 a 969.",
)
def serie_de_pessoa_fisica(evento: Evento) -> Falha | None:
    numero = int(evento.citada.serie)
    return None if numero in _SERIE_DE_CPF else Falha("chNFe", f"série {numero}", "de 920 a 969")


@do_evento(
    "nfe:P23-10",
    "212",
    EPEC,
    com=_EMISSAO,
    relogio=True,
    fonte=_FONTE,
    causa="Relógio do computador adiantado.",
    correcao="Acerte o relógio e o fuso e gere o EPEC de novo.",
)
def emissao_no_futuro(evento: Evento) -> Falha | None:
    """dhEmi is not after the receipt, give or take five minutes."""
    emissao = parse_datetime(evento.detalhe["dhEmi"])
    if emissao is None or evento.recebimento is None:
        return None
    if emissao <= evento.recebimento + _TOLERANCIA:
        return None
    return Falha("detEvento/dhEmi", evento.detalhe["dhEmi"], evento.recebimento.isoformat())


@do_evento(
    "nfe:B09-20",
    "228",
    EPEC,
    com=_EMISSAO,
    relogio=True,
    id="evento:P23-20",
    fonte=_FONTE,
    causa="O EPEC ficou guardado e foi enviado dias depois.",
    correcao="Envie o EPEC no dia da emissão; passado um dia, gere a nota de novo.",
)
def emissao_atrasada(evento: Evento) -> Falha | None:
    """dhEmi is at most one day before the receipt."""
    emissao = parse_datetime(evento.detalhe["dhEmi"])
    if emissao is None or evento.recebimento is None or evento.recebimento <= emissao + _PRAZO:
        return None
    return Falha("detEvento/dhEmi", evento.detalhe["dhEmi"], "há no máximo um dia")


@do_evento(
    "nfe:P23-30/P23-40",
    "659",
    EPEC,
    com=_EMISSAO,
    fonte=_FONTE,
    causa="A data de emissão mudou depois de a chave ser montada.",
    correcao="Refaça a chave com o ano e o mês de dhEmi.",
)
def mes_da_chave(evento: Evento) -> Falha | None:
    emissao, chave = evento.detalhe["dhEmi"], evento.citada
    if emissao[2:4] == chave.ano and emissao[5:7] == chave.mes:
        return None
    return Falha("detEvento/dhEmi", emissao, f"20{chave.ano}-{chave.mes}, o mês da chave")


@do_evento(
    "nfe:E03a-20",
    "721",
    EPEC,
    com="detEvento/dest:idEstrangeiro",
    id="evento:P30-20",
    fonte=_FONTE,
    mensagem="Operação interestadual deve informar CNPJ ou CPF",
    causa="Estrangeiro cadastrado com endereço em outra UF.",
    correcao="Na operação interestadual, identifique o destinatário por CNPJ ou CPF.",
)
def estrangeiro_em_outra_uf(evento: Evento) -> Falha | None:
    dest = evento.detalhe.em("dest")
    if dest["UF"] in ("", EXTERIOR) or CODIGO_POR_UF.get(dest["UF"]) == evento.citada.uf:
        return None
    return Falha("detEvento/dest/idEstrangeiro", dest["idEstrangeiro"], "CNPJ ou CPF")


def _of_the_parties(
    codigo: str,
    row: str,
    id_: str,
    com: str,
    correcao: str,
    check: Callable[[Grupo, Evento], Falha | None],
) -> None:
    """A rule of the note itself that the EPEC has, too, with the same code."""

    @do_evento(
        row,
        codigo,
        EPEC,
        com=com,
        id=id_,
        fonte=_FONTE,
        causa="O cadastro do cliente, ou o da empresa, está errado ou incompleto.",
        correcao=correcao,
    )
    def rule(evento: Evento) -> Falha | None:
        return check(evento.detalhe.em("dest"), evento)


def _ie(ie: str, uf: str, campo: str) -> Falha | None:
    """Zeros on the left do not count: the Ambiente Nacional takes them away before it looks."""
    if ie_invalida(ie.lstrip("0"), uf, campo) is None:
        return None
    return ie_invalida(ie, uf, campo)


def _ie_do_emitente(_dest: Grupo, evento: Evento) -> Falha | None:
    return _ie(evento.detalhe["IE"], UF_POR_CODIGO.get(evento.uf, ""), "detEvento/IE")


def _ie_zerada(_dest: Grupo, evento: Evento) -> Falha | None:
    ie = evento.detalhe["IE"]
    return None if ie.strip("0") else Falha("detEvento/IE", ie, "inscrição estadual")


def _cnpj(dest: Grupo, _evento: Evento) -> Falha | None:
    if is_valid_cnpj(dest["CNPJ"]):
        return None
    return Falha("detEvento/dest/CNPJ", dest["CNPJ"], "CNPJ com dígitos verificadores corretos")


def _cpf(dest: Grupo, _evento: Evento) -> Falha | None:
    if is_valid_cpf(dest["CPF"]):
        return None
    return Falha("detEvento/dest/CPF", dest["CPF"], "CPF com dígitos verificadores corretos")


def _exterior(dest: Grupo, _evento: Evento) -> Falha | None:
    if dest["UF"] != EXTERIOR or "idEstrangeiro" in dest:
        return None
    return Falha("detEvento/dest/idEstrangeiro", "ausente", "informado")


def _ie_no_exterior(dest: Grupo, _evento: Evento) -> Falha | None:
    if dest["UF"] != EXTERIOR:
        return None
    return Falha("detEvento/dest/IE", dest["IE"], "não informar")


def _ie_do_destinatario(dest: Grupo, _evento: Evento) -> Falha | None:
    if not dest["IE"].strip("0"):
        return Falha("detEvento/dest/IE", dest["IE"], "inscrição estadual diferente de zeros")
    return _ie(dest["IE"], dest["UF"], "detEvento/dest/IE")


for _linha in (
    (
        "209",
        "nfe:C17-20",
        "evento:P25-20",
        "detEvento:IE",
        "Corrija a inscrição estadual do emitente.",
        _ie_do_emitente,
    ),
    (
        "229",
        "nfe:C17-10",
        "evento:P25-10",
        "detEvento:IE",
        "Informe a inscrição estadual do emitente.",
        _ie_zerada,
    ),
    (
        "208",
        "nfe:E02-10",
        "evento:P28-10",
        "detEvento/dest:CNPJ",
        "Corrija o CNPJ do destinatário.",
        _cnpj,
    ),
    (
        "237",
        "nfe:E03-10",
        "evento:P29-10",
        "detEvento/dest:CPF",
        "Corrija o CPF do destinatário.",
        _cpf,
    ),
    (
        "720",
        "nfe:E03a-10",
        "evento:P30-10",
        "detEvento/dest",
        "Com destinatário no exterior, informe idEstrangeiro, mesmo vazio.",
        _exterior,
    ),
    (
        "792",
        "nfe:E17-40",
        "evento:P31-10",
        "detEvento/dest:IE",
        "Destinatário no exterior não tem inscrição estadual: retire IE.",
        _ie_no_exterior,
    ),
    (
        "210",
        "nfe:E17-50",
        "evento:P31-30",
        "detEvento/dest:IE",
        "Corrija a inscrição estadual do destinatário, ou retire-a se ele não for contribuinte.",
        _ie_do_destinatario,
    ),
):
    _of_the_parties(*_linha)
