"""What is asked of every event: kind, version, author, receiving body, instants."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from fiscalxml.documents.facts import parse_datetime
from fiscalxml.engine import Falha
from fiscalxml.identifiers.cnpj import is_valid_cnpj
from fiscalxml.identifiers.cpf import is_valid_cpf
from fiscalxml.identifiers.uf import UF_POR_CODIGO
from fiscalxml.rules.nfe.eventos.citada import Citada, avulsa
from fiscalxml.rules.nfe.eventos.scopes import (
    ATOR_INTERESSADO,
    CANCELAMENTO,
    CARTA_DE_CORRECAO,
    CONCILIACAO,
    ENTREGA,
    EPEC,
    INSUCESSO,
    LESTE,
    MANIFESTACAO,
    PRORROGACAO,
    SUBSTITUICAO,
    Evento,
    do_evento,
)

_NFCE: Final = "65"
_VERSAO: Final = "1.00"
_TOLERANCIA: Final = timedelta(minutes=5)
_EMITENTE: Final = "1"
"""tpAutor"""
_NACIONAL: Final = "91"
"""cOrgao of the Ambiente Nacional"""
_SVRS: Final = "92"
"""cOrgao of the SEFAZ Virtual do Rio Grande do Sul"""

_RTC: Final = frozenset(
    {
        *("110001", "112110", "112120", "112130", "112140", "112150"),
        *("211110", "211120", "211124", "211128", "211130", "211140", "211150"),
        *("212110", "212120"),
    }
)
"""events of the reform (NT 2025.002)"""
_PAGAMENTOS: Final = frozenset({"110300", "110301"})
"""transactions that pay a note, and their cancelling (NT 2026.006)"""
_CONHECIDOS: Final = frozenset(
    {CARTA_DE_CORRECAO, CANCELAMENTO, SUBSTITUICAO, EPEC, ATOR_INTERESSADO}
    | {*ENTREGA, *INSUCESSO, *CONCILIACAO, *PRORROGACAO, *MANIFESTACAO, *_RTC, *_PAGAMENTOS}
)
_DO_CONTRIBUINTE: Final = frozenset("12")
"""first digit of the tpEvento of what emitente and destinatário register; others are the tax
authority's"""
_DO_EMITENTE: Final = frozenset(
    {CARTA_DE_CORRECAO, CANCELAMENTO, SUBSTITUICAO, EPEC}
    | {*ENTREGA, *INSUCESSO, *CONCILIACAO, *PRORROGACAO}
)
_NA_UF: Final = frozenset(
    {CARTA_DE_CORRECAO, CANCELAMENTO, SUBSTITUICAO, ATOR_INTERESSADO, *CONCILIACAO, *PRORROGACAO}
)
"""events that the state of the emitente may receive"""
_RECEPCAO: Final = {
    EPEC: _NACIONAL,
    **dict.fromkeys(ENTREGA, _NACIONAL),
    **dict.fromkeys(INSUCESSO, _SVRS),
    **dict.fromkeys(CONCILIACAO, _SVRS),
}
"""cOrgao of what one body alone receives of an NF-e (NT 2014.001, 2021.001, 2023.005, 2024.002)"""
_MAXIMO: Final = {
    CANCELAMENTO: 1,
    SUBSTITUICAO: 1,
    EPEC: 1,
    **dict.fromkeys(MANIFESTACAO, 2),
}
"""highest nSeqEvento, where it is less than what the schema lets pass"""


@do_evento(
    "nfe:D04",
    "491",
    causa="Tipo de evento digitado errado ou de outro documento (CT-e, MDF-e).",
    correcao="Informe em tpEvento um tipo de evento da NF-e, como 110111 (cancelamento).",
)
def tipo_de_evento(evento: Evento) -> Falha | None:
    """tpEvento is one that taxpayers register; only advice, for new ones come with each NT."""
    tipo = evento.tipo
    if tipo in _CONHECIDOS or tipo[:1] not in _DO_CONTRIBUINTE:
        return None
    return Falha(
        "tpEvento",
        tipo,
        "um tipo de evento publicado",
        "A lista usada é a das notas técnicas até a NT 2026.006; confira se o tipo é mais novo.",
        aviso=True,
    )


@do_evento(
    "nfe:D05",
    "492",
    *sorted(_CONHECIDOS),
    causa="O emissor usa em verEvento a versão do leiaute da NF-e (4.00).",
    correcao="Informe verEvento e detEvento/@versao 1.00.",
)
def versao_do_evento(evento: Evento) -> Falha | None:
    """verEvento, and the version of detEvento, are 1.00."""
    if evento.grupo["verEvento"] != _VERSAO:
        return Falha("verEvento", evento.grupo["verEvento"], _VERSAO)
    versao = evento.detalhe.atributo("versao")
    return None if versao == _VERSAO else Falha("detEvento", f"versao {versao}", _VERSAO)


@do_evento(
    "nfe:I05e-20",
    "489",
    com=":CNPJ",
    id="evento:P10-10",
    fonte="MOC 7.0 Visão Geral",
    causa="CNPJ do autor digitado errado, ou preenchido com zeros.",
    correcao="Corrija o CNPJ do autor do evento (infEvento/CNPJ).",
)
def cnpj_do_autor(evento: Evento) -> Falha | None:
    cnpj = evento.grupo["CNPJ"]
    if is_valid_cnpj(cnpj):
        return None
    return Falha("CNPJ", cnpj, "CNPJ com dígitos verificadores corretos")


@do_evento(
    "nfe:H03/P11-10",
    "490",
    com=":CPF",
    causa="CPF do autor digitado errado, ou preenchido com zeros.",
    correcao="Corrija o CPF do autor do evento (infEvento/CPF).",
)
def cpf_do_autor(evento: Evento) -> Falha | None:
    cpf = evento.grupo["CPF"]
    if is_valid_cpf(cpf):
        return None
    return Falha("CPF", cpf, "CPF com dígitos verificadores corretos")


@do_evento(
    "nfe:P11-20",
    "408",
    *sorted(_CONHECIDOS),
    com=":CPF",
    duvida="A NT 2025.001 admite a NFC-e de pessoa física; não se viu se o evento segue vedado.",
    causa="Evento de NFC-e gerado com o CPF do produtor.",
    correcao="O evento de NFC-e é de pessoa jurídica: informe o CNPJ do emitente.",
)
def nfce_de_pessoa_fisica(evento: Evento) -> Falha | None:
    if evento.citada.modelo != _NFCE:
        return None
    return Falha("CPF", evento.grupo["CPF"], "CNPJ do emitente")


@do_evento(
    "nfe:2P21-30/G08/P1011/P12-44",
    "574",
    *sorted(_CONHECIDOS - MANIFESTACAO),
    causa="O evento foi gerado com o CNPJ de outra filial ou de outra empresa do sistema.",
    correcao="Informe como autor o CNPJ ou CPF do emitente que está na chave (chNFe).",
)
def autor_e_emitente(evento: Evento) -> Falha | None:
    """The author of an event of the emitente is whom the chave names; not for avulsas."""
    if evento.tipo not in _DO_EMITENTE and evento.detalhe["tpAutor"] != _EMITENTE:
        return None
    campo, autor = evento.autor
    if autor.zfill(14) == evento.citada.emitente or avulsa(evento.citada):
        return None
    return Falha(campo, autor, f"{evento.citada.emitente}, da chave")


@do_evento(
    "nfe:P20-10",
    "455",
    *sorted({EPEC, SUBSTITUICAO, ATOR_INTERESSADO, *ENTREGA, *INSUCESSO}),
    com="detEvento:cOrgaoAutor",
    causa="cOrgaoAutor preenchido com 91, ou com a UF de outro estabelecimento.",
    correcao="Informe em cOrgaoAutor o código da UF do emitente, que começa a chave.",
)
def orgao_do_autor(evento: Evento) -> Falha | None:
    """The body of the emitente's event is the UF in the chave."""
    if evento.detalhe["tpAutor"] not in ("", _EMITENTE):
        return None
    orgao = evento.detalhe["cOrgaoAutor"]
    if orgao == evento.uf or not evento.uf:
        return None
    return Falha("detEvento/cOrgaoAutor", orgao, evento.uf)


@do_evento(
    "nfe:G05h/P11/P12-40",
    "249",
    *sorted(_NA_UF),
    causa="O evento leva a UF do destinatário, ou a de outra filial, em cOrgao.",
    correcao="Informe em cOrgao a UF da chave e envie o evento à SEFAZ que autorizou a nota.",
)
def uf_da_chave(evento: Evento) -> Falha | None:
    """The state that receives the emitente's event (cOrgao) is the one of the chave."""
    if evento.detalhe["tpAutor"] not in ("", _EMITENTE):
        return None
    orgao = evento.grupo["cOrgao"]
    if orgao == evento.uf or not evento.uf or orgao not in UF_POR_CODIGO:
        return None
    return Falha("cOrgao", orgao, f"{evento.uf}, da chave")


@do_evento(
    "nfe:P08/P08-10",
    "250",
    *sorted(_RECEPCAO),
    causa="Evento que não vai à SEFAZ da UF preenchido com a UF do emitente em cOrgao.",
    correcao="Informe em cOrgao e use o serviço de quem recebe o evento da NF-e: 91 (Ambiente "
    "Nacional) no EPEC e no comprovante de entrega, 92 (SVRS) no insucesso na entrega e na "
    "conciliação financeira.",
)
def orgao_de_recepcao(evento: Evento) -> Falha | None:
    """The body that alone receives such an event of an NF-e; that of an NFC-e goes to its state."""
    orgao, esperado = evento.grupo["cOrgao"], _RECEPCAO[evento.tipo]
    if orgao == esperado or evento.citada.modelo == _NFCE:
        return None
    return Falha("cOrgao", orgao, esperado)


@do_evento(
    "",
    "477",
    id="evento:477",
    causa="O sistema juntou no mesmo lote eventos de UFs diferentes.",
    correcao="Envie em cada lote só eventos do mesmo órgão (cOrgao).",
)
def orgao_do_lote(evento: Evento) -> Falha | None:
    """All events of a lote are for the body that the first one names."""
    orgao = evento.grupo["cOrgao"]
    if evento.orgao_do_lote in ("", orgao):
        return None
    return Falha("cOrgao", orgao, f"{evento.orgao_do_lote}, do primeiro evento do lote")


@do_evento(
    "nfe:H02/P13- 14/P1314/P14",
    "594",
    *sorted(_MAXIMO),
    causa="O sistema soma 1 à sequência a cada nova tentativa de envio.",
    correcao="Repita a sequência no reenvio: cancelamento e EPEC têm nSeqEvento 1, a manifestação "
    "no máximo 2.",
)
def sequencia(evento: Evento) -> Falha | None:
    maximo = _MAXIMO[evento.tipo]
    if int(evento.grupo["nSeqEvento"]) <= maximo:
        return None
    return Falha("nSeqEvento", evento.grupo["nSeqEvento"], "1" if maximo == 1 else f"até {maximo}")


@do_evento(
    "nfe:2P13-10/P11- 12/P12/P23-20",
    "577",
    causa="Relógio do computador atrasado, ou evento gerado com a data errada.",
    correcao="Informe em dhEvento a data e a hora em que o evento foi gerado, com o fuso certo.",
)
def anterior_a_emissao(evento: Evento) -> Falha | None:
    """dhEvento is not before the emission: its month is in the chave, where no note is at hand."""
    emissao = evento.detalhe["dhEmi"] if evento.tipo == EPEC else ""
    if not emissao and evento.nota is not None:
        emissao = evento.nota.grupo.em("ide")["dhEmi"]
    if emissao:
        return _before(evento, emissao)
    if evento.emissao is None or not _has_month(evento.citada):
        return None
    mes = f"20{evento.citada.ano}-{evento.citada.mes}"
    if f"{evento.emissao.astimezone(LESTE):%Y-%m}" >= mes:
        return None
    return Falha("dhEvento", evento.grupo["dhEvento"], f"a partir de {mes}, o mês da chave")


def _has_month(citada: Citada) -> bool:
    return "01" <= citada.mes <= "12"


def _before(evento: Evento, emissao: str) -> Falha | None:
    emitted = parse_datetime(emissao)
    if emitted is None or evento.emissao is None or evento.emissao >= emitted:
        return None
    return Falha("dhEvento", evento.grupo["dhEvento"], f"a partir de {emissao}, a emissão")


@do_evento(
    "",
    "578",
    id="evento:P13-10",
    relogio=True,
    causa="Relógio do computador adiantado, ou fuso errado em dhEvento.",
    correcao="Acerte o relógio e o fuso e gere o evento de novo.",
)
def posterior_ao_processamento(evento: Evento) -> Falha | None:
    """dhEvento is not after the receipt, give or take five minutes."""
    if evento.emissao is None or evento.recebimento is None:
        return None
    if evento.emissao <= evento.recebimento + _TOLERANCIA:
        return None
    return Falha("dhEvento", evento.grupo["dhEvento"], f"até {evento.recebimento.isoformat()}")
