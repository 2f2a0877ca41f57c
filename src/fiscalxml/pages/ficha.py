"""One document as a person reads it, whatever it is then drawn with: every text is ready."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final, get_args

import msgspec

from fiscalxml.pages.assets import program
from fiscalxml.pages.names import PERFIS
from fiscalxml.pages.titles import kind, title
from fiscalxml.pages.words import cnpj_or_cpf, data_hora, day, decimal, field_name, grouped, plural
from fiscalxml.report import CAMADAS, Achado, Certificado, Report, Severidade, Situacao, Veredito
from fiscalxml.summaries.parts import Pessoa, Tributo
from fiscalxml.summaries.resumo import Item, Resumo

MAX_ACHADOS: Final = 300
MAX_ITENS: Final = 200
MAX_TEXTO: Final = 2_000
"""characters of a text that a document holds; layouts allow up to 5,000"""
_VALOR: Final = 24  # characters of a number or code, of which a table has narrow columns

_SEVERIDADES: Final = get_args(Severidade)
_DET: Final = re.compile(r"(?:^|/)det(?:\[(\d+)\])?(?=/|$)")
_CAMADAS: Final = {
    "xml": "XML",
    "schema": "Leiaute",
    "chave": "Chave",
    "assinatura": "Assinatura",
    "protocolo": "Protocolo",
    "regras": "Regras",
}
_ESTADOS: Final[dict[Situacao, str]] = {
    "ok": "sem erros",
    "aviso": "com aviso",
    "falha": "com erro",
    "nao_executada": "não executada",
    "nao_se_aplica": "não se aplica",
}
_SITUACOES: Final = {
    "autorizado": "autorizado, segundo o protocolo",
    "denegado": "uso denegado",
    "cancelado": "cancelado, segundo o protocolo",
    "rejeitado": "rejeitado",
    "sem_protocolo": "sem protocolo",
}
_ORIGENS: Final = {
    "opcao": "a data pedida",
    "protocolo": "a data do protocolo",
    "emissao": "a data de emissão",
    "agora": "a data da validação",
}
_CADEIAS: Final = {
    "ok": "cadeia conferida até a ICP-Brasil",
    "falha": "cadeia com falha",
    "indeterminada": "cadeia indeterminada",
}


class Camada(msgspec.Struct, frozen=True):
    """A layer and how it ended."""

    nome: str
    situacao: Situacao
    estado: str
    motivo: str = ""


class Linha(msgspec.Struct, frozen=True, kw_only=True):
    """A finding. What it does not have is empty."""

    severidade: Severidade
    codigo: str
    regra: str
    facultativa: bool
    mensagem: str
    explicacao: str
    correcao: str
    caminho: str
    linha: str
    item: str
    """the item that it is about: '2 NOTEBOOK FICTICIO'"""
    encontrado: str | None
    esperado: str | None
    fonte: str
    ocorrencias: str


class Participante(msgspec.Struct, frozen=True, kw_only=True):
    """A party."""

    papel: str
    nome: str
    inscricao: str
    ie: str
    lugar: str


class Imposto(msgspec.Struct, frozen=True, kw_only=True):
    """A tax of the whole document."""

    nome: str
    base: str
    valor: str
    outros: str


class Produto(msgspec.Struct, frozen=True, kw_only=True):
    """An item."""

    numero: str
    descricao: str
    ncm: str
    cfop: str
    quantidade: str
    valor: str
    achados: int
    """how many findings are about it"""


class Ficha(msgspec.Struct, frozen=True, kw_only=True):
    """All that a page of one document tells."""

    titulo: str
    veredito: Veredito
    frase: str
    """'2 erros e 1 aviso', or why there is no verdict"""
    fatos: list[tuple[str, str]]
    camadas: list[Camada]
    achados: list[Linha]
    achados_total: int
    participantes: list[Participante]
    totais: list[tuple[str, str]]
    impostos: list[Imposto]
    detalhes: list[tuple[str, str]]
    itens: list[Produto]
    itens_total: int
    programa: str
    momento: str


def ficha(
    report: Report, resumo: Resumo | None, momento: datetime, efetiva: str | None = None
) -> Ficha:
    """`resumo`: of the same document, where it has one; `momento`: when this is shown.

    `efetiva`: what its events have made of its situação, where that is another than its own.
    """
    itens = resumo.itens if resumo else []
    worst = sorted(report.achados, key=lambda achado: _SEVERIDADES.index(achado.severidade))
    hit = Counter(map(_item_number, report.achados))
    return Ficha(
        titulo=_short(_title(report, resumo)),
        veredito=report.veredito,
        frase=_sentence(report),
        fatos=[(name, _short(text)) for name, text in _facts(report, resumo, efetiva) if text],
        camadas=[
            Camada(
                _CAMADAS[camada],
                report.camadas[camada],
                _ESTADOS[report.camadas[camada]],
                (report.motivos or {}).get(camada, ""),
            )
            for camada in CAMADAS
        ],
        achados=[_finding(achado, itens) for achado in worst[:MAX_ACHADOS]],
        achados_total=len(worst),
        participantes=list(_parties(resumo)),
        totais=[
            (_capital(name), _value(text))
            for name, text in (resumo.totais if resumo else {}).items()
            if text.strip("0.,")
        ],
        impostos=list(_taxes(resumo)),
        detalhes=list(_details(resumo)),
        itens=[_product(item, hit[n]) for n, item in enumerate(itens[:MAX_ITENS], 1)],
        itens_total=len(itens),
        programa=program(),
        momento=f"{momento:%d/%m/%Y %H:%M}",
    )


def _title(report: Report, resumo: Resumo | None) -> str:
    said = title(report.documento)
    # Where no chave says it, as in a draft, the document itself does.
    if resumo and resumo.numero and said == kind(report.documento):
        series = f" série {resumo.serie}" if resumo.serie else ""
        return f"{said} nº {resumo.numero}{series}"
    return said


def _sentence(report: Report) -> str:
    if report.veredito == "nao_avaliado":
        motivos = (report.motivos or {}).values()
        return _short(next(iter(motivos), "não há com que avaliar este documento"))
    counts: Counter[Severidade] = Counter()
    for achado in report.achados:
        counts[achado.severidade] += achado.ocorrencias or 1
    words = {"erro": ("erro", "erros"), "aviso": ("aviso", "avisos"), "info": ("nota", "notas")}
    parts = [plural(counts[name], *words[name]) for name in _SEVERIDADES if counts[name]]
    if not parts:
        return "nenhum achado"
    *first, last = parts
    return f"{', '.join(first)} e {last}" if first else last


def _facts(report: Report, resumo: Resumo | None, efetiva: str | None) -> Iterator[tuple[str, str]]:
    documento = report.documento
    yield "Chave", grouped(documento.chave or "")
    if documento.evento and documento.evento.chave != documento.chave:
        yield "Chave do documento", grouped(documento.evento.chave or "")
    yield "Id", (documento.identificador or "") if not documento.chave else ""
    if report.arquivo != "-":
        part = f" (documento {report.indice + 1})" if report.indice else ""
        yield "Arquivo", report.arquivo + part
    yield "Emissão", data_hora(documento.emissao or "")
    if documento.ambiente == "homologacao":
        yield "Ambiente", "homologação, sem valor fiscal"
    if resumo:
        yield "Natureza", resumo.natureza or ""
        by_event = f"{efetiva}, por um evento registrado" if efetiva else ""
        yield "Situação", by_event or _SITUACOES[resumo.situacao]
        if resumo.protocolo:
            yield "Protocolo", _protocol(resumo)
        if resumo.evento:
            yield "Evento", resumo.evento.descricao or ""
            yield "Justificativa", resumo.evento.justificativa or ""
            yield "Correção", resumo.evento.correcao or ""
    if report.certificado:
        yield "Certificado", _certificate(report.certificado)
    yield "Julgado como", PERFIS[report.perfil]
    when = data_hora(report.referencia.data)
    yield "Pelas regras de", f"{when}, {_ORIGENS[report.referencia.origem]}"
    yield "Esquemas", report.conjunto.schemas
    if report.conjunto.avaliadas:
        yield "Regras", report.conjunto.regras


def _protocol(resumo: Resumo) -> str:
    assert resumo.protocolo is not None  # noqa: S101 - asked by the caller
    protocolo = resumo.protocolo
    said = " ".join(filter(None, [protocolo.status, protocolo.motivo]))
    when = f"em {data_hora(protocolo.recebido)}" if protocolo.recebido else ""
    return ", ".join(filter(None, [protocolo.numero, when, said]))


def _certificate(certificado: Certificado) -> str:
    owner = cnpj_or_cpf(certificado.cnpj or certificado.cpf or "")
    until = f"válido até {day(certificado.fim)}" if certificado.fim else ""
    chain = _CADEIAS[certificado.cadeia] if certificado.cadeia else ""
    return ", ".join(filter(None, [certificado.titular, owner, until, chain]))


def _finding(achado: Achado, itens: list[Item]) -> Linha:
    return Linha(
        severidade=achado.severidade,
        codigo=achado.codigo,
        regra=achado.regra or "",
        facultativa=bool(achado.facultativa),
        mensagem=_short(achado.mensagem),
        explicacao=_short(achado.explicacao or ""),
        correcao=_short(achado.correcao or ""),
        caminho=_short(achado.caminho),
        linha="" if achado.linha is None else str(achado.linha),
        item=_item_of(achado, itens),
        encontrado=None if achado.encontrado is None else _short(achado.encontrado),
        esperado=None if achado.esperado is None else _short(achado.esperado),
        fonte=achado.fonte or "",
        ocorrencias=""
        if not achado.ocorrencias
        else plural(achado.ocorrencias, "ocorrência a partir desta", "ocorrências a partir desta"),
    )


def _item_number(achado: Achado) -> int | None:
    """Of the item that a finding is about: its position among them."""
    found = _DET.search(achado.caminho)
    return int(found[1] or 1) if found else None


def _item_of(achado: Achado, itens: list[Item]) -> str:
    number = _item_number(achado)
    if number is None or number > len(itens):
        return ""
    item = itens[number - 1]
    return _short(f"{item.numero or number} {item.descricao or item.codigo or ''}".rstrip(), 120)


def _parties(resumo: Resumo | None) -> Iterator[Participante]:
    for papel, pessoa in (resumo.participantes if resumo else {}).items():
        yield Participante(
            papel=_capital(papel),
            nome=_short(pessoa.nome or ""),
            inscricao=_short(_number(pessoa), _VALOR),
            ie=_short(pessoa.ie or "", _VALOR),
            lugar=_place(pessoa),
        )


def _number(pessoa: Pessoa) -> str:
    return cnpj_or_cpf(pessoa.cnpj or pessoa.cpf or pessoa.id_estrangeiro or "")


def _place(pessoa: Pessoa) -> str:
    endereco = pessoa.endereco
    if endereco is None:
        return ""
    return _short("/".join(filter(None, [endereco.municipio, endereco.uf])), 80)


def _taxes(resumo: Resumo | None) -> Iterator[Imposto]:
    for nome, tributo in (resumo.impostos if resumo else {}).items():
        outros = ", ".join(
            f"{name} {_value(text)}"
            for name, text in _others(tributo)
            if text and text.strip("0.,")
        )
        if any(text and text.strip("0.,") for text in (tributo.base, tributo.valor)) or outros:
            yield Imposto(
                nome=_capital(nome),
                base=_value(tributo.base or ""),
                valor=_value(tributo.valor or ""),
                outros=outros,
            )


def _others(tributo: Tributo) -> Iterator[tuple[str, str | None]]:
    yield "desonerado", tributo.desonerado
    yield "diferido", tributo.diferido
    yield "devolvido", tributo.devolvido
    yield "retido", tributo.retido


def _details(resumo: Resumo | None) -> Iterator[tuple[str, str]]:
    """What only a kind without items or amounts has to tell."""
    if resumo and not resumo.itens and not resumo.totais:
        for nome, texto in resumo.detalhes.items():
            yield _capital(nome), _short(texto)


def _product(item: Item, achados: int) -> Produto:
    quantity = " ".join(filter(None, [decimal(item.quantidade or ""), item.unidade]))
    return Produto(
        numero=_short(item.numero or "", _VALOR),
        descricao=_short(item.descricao or item.codigo or "", 200),
        ncm=_short(item.ncm or "", _VALOR),
        cfop=_short(item.cfop or "", _VALOR),
        quantidade=_short(quantity, _VALOR),
        valor=_value(item.valor or ""),
        achados=achados,
    )


def _value(text: str) -> str:
    return _short(decimal(text), _VALOR)


def _capital(nome: str) -> str:
    name = field_name(nome)
    return name[:1].upper() + name[1:]


def _short(text: str, most: int = MAX_TEXTO) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
