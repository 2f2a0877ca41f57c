"""Documents of few values, so that filters meet them, and what a filter chooses, naively."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final, cast
from uuid import uuid4

from hypothesis import strategies as st

from fiscalxml.indexing import index_of
from fiscalxml.report import Achado, Conjunto, Documento, Referencia, Report
from fiscalxml.summaries.parts import Pessoa, Tributo
from fiscalxml.summaries.resumo import Item, Resumo
from fiscalxml_server.api.documentos.schemas import Novo
from fiscalxml_server.kit.compression import compress
from fiscalxml_server.kit.db import new_id

BRASILIA: Final = timezone(timedelta(hours=-3))
_NOMES: Final = {
    "12345678000195": "Padaria São João Ltda",
    "12345678000276": "Padaria São João - Filial 2",
    "AB345678000190": "Aços Finos S.A.",
    "52998224725": "João da Silva",
}
PARTIES: Final = tuple(_NOMES)
CFOPS: Final = ("5102", "5405", "6102", "1102")
NCMS: Final = ("22021000", "22021090", "84713012", "00")
CSTS: Final = ("00", "60", "102")
CLASSES: Final = ("000001", "200001")
TEXTS: Final = ("PARAFUSO DE AÇO M8", "Parafusos inox 10", "água 500ml", "Pão francês", "çã 7")
CODES: Final = ("629", "XSD-010", "SIG-010")
SITUACOES: Final = ("autorizado", "cancelado", "sem_protocolo")
VEREDITOS: Final = ("valido", "invalido", "nao_avaliado")
MOMENTS: Final = tuple(
    datetime(2026, month, day, hour, tzinfo=BRASILIA)
    for month, day, hour in ((1, 1, 0), (1, 31, 23), (2, 1, 0), (2, 1, 12), (12, 31, 21))
)
AMOUNTS: Final = ("0.00", "10.00", "10.01", "99999999999.99")


@dataclass(frozen=True)
class Guardado:
    """A document as it was written, and what it was made of."""

    novo: Novo
    resumo: Resumo
    codigos: tuple[str, ...]


def documents() -> st.SearchStrategy[list[Guardado]]:
    """A few documents; chaves and identities are all different."""
    return st.lists(_documents(), min_size=1, max_size=8)


def params() -> st.SearchStrategy[dict[str, str]]:
    """Parameters of a search, some of which choose something."""
    parties = (*PARTIES, "12.345.678/0001-95", "12345678", "AB345678", "99999999999999")
    days = ("2026-01-01", "2026-01-31", "2026-02-01", "2026-02-01T12:00:00-03:00", "2027-01-01")
    values = {
        "emitente": _some(parties),
        "destinatario": _some(parties),
        "participante": _some(parties),
        "tipo": _some(("nfe", "cte", "evento")),
        "modelo": _some(("55", "57", "65")),
        "serie": _some(("0", "1", "2")),
        "numero": _some(("1", "2", "3")),
        "ambiente": _some(("producao", "homologacao")),
        "situacao": _some(SITUACOES),
        "veredito": _some(VEREDITOS),
        "emissao_de": st.sampled_from(days),
        "emissao_ate": st.sampled_from(days),
        "recebido_de": st.sampled_from(days),
        "recebido_ate": st.sampled_from(days),
        "valor_min": st.sampled_from(AMOUNTS),
        "valor_max": st.sampled_from(AMOUNTS),
        "com_protocolo": st.sampled_from(("true", "false")),
        "cfop": _some((*CFOPS, "51", "540", "11")),
        "ncm": _some((*NCMS, "22", "2202.10", "8471301")),
        "tributo": _some(("icms", "ibs", "icms:60", "ibs:00", "cbs:00", "cofins")),
        "cclasstrib": _some(CLASSES),
        "codigo": _some((*CODES, "999", "xsd-010")),
        "evento": _some(("110110", "210200")),
        "texto": st.sampled_from(
            (
                *("parafuso", "PARAFUSO aço", "paraf*", "inox parafusos", "sao joao", "agua"),
                *("500ml", "50*", "joao silva", "finos m8", "pao*", "nada", "Ltda joão"),
            )
        ),
    }
    # Few at a time: all of them together choose nothing.
    return st.lists(st.sampled_from(sorted(values)), max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: values[name] for name in names}).filter(_forward)
    )


def _forward(given: Mapping[str, str]) -> bool:
    """Whether no range ends before it begins: such a one is refused."""
    ends = [(given.get(f"{each}_de"), given.get(f"{each}_ate")) for each in ("emissao", "recebido")]
    least, most = given.get("valor_min"), given.get("valor_max")
    return all(not (first and last) or first <= last for first, last in ends) and (
        not (least and most) or Decimal(least) <= Decimal(most)
    )


def chosen(all_of_them: list[Guardado], given: Mapping[str, str]) -> list[Guardado]:
    """What the parameters choose, by their meaning alone."""
    return [each for each in all_of_them if _chosen(each, given, all_of_them)]


def _chosen(each: Guardado, given: Mapping[str, str], others: list[Guardado]) -> bool:
    for name, text in given.items():
        if name == "evento" and given.get("tipo") != "evento":
            holds = _has_event(each, text.split(","), others)
        elif name == "texto":
            holds = all(_has_word(each, word) for word in _words(text, keep="*"))
        elif name.endswith(("_de", "_ate", "_min", "_max")):
            holds = _is_within(each.novo, name, text)
        else:
            holds = any(_MEANINGS[name](each, wanted) for wanted in text.split(","))
        if not holds:
            return False
    return True


_MEANINGS: Final[Mapping[str, Callable[[Guardado, str], bool]]] = {
    **{
        name: lambda each, wanted, name=name: str(getattr(each.novo, name)) == wanted  # type: ignore[misc]
        for name in ("serie", "numero", "tipo", "modelo", "ambiente", "situacao", "veredito")
    },
    "emitente": lambda each, wanted: _is_party(each.novo.emitente, wanted),
    "destinatario": lambda each, wanted: _is_party(each.novo.destinatario, wanted),
    "participante": lambda each, wanted: (
        _is_party(each.novo.emitente, wanted) or _is_party(each.novo.destinatario, wanted)
    ),
    "com_protocolo": lambda each, wanted: each.novo.com_protocolo == (wanted == "true"),
    "cfop": lambda each, wanted: any(
        (item.cfop or "").startswith(wanted) for item in each.resumo.itens
    ),
    "ncm": lambda each, wanted: any(
        (item.ncm or "").startswith(wanted.replace(".", "")) for item in each.resumo.itens
    ),
    "tributo": lambda each, wanted: _has_tax(each.resumo, wanted),
    "cclasstrib": lambda each, wanted: any(
        tributo.classificacao == wanted for _, tributo in _item_taxes(each.resumo)
    ),
    "codigo": lambda each, wanted: wanted.upper() in each.codigos,
    "evento": lambda each, wanted: each.novo.evento_tipo == wanted,
}


def _has_event(each: Guardado, wanted: list[str], others: list[Guardado]) -> bool:
    return each.novo.chave is not None and any(
        other.novo.evento_chave == each.novo.chave and other.novo.evento_tipo in wanted
        for other in others
    )


def _is_within(novo: Novo, name: str, text: str) -> bool:
    campo, _, bound = name.partition("_")
    if campo == "valor":
        limit = Decimal(text) * 100
        return novo.valor is not None and (
            novo.valor >= limit if bound == "min" else novo.valor <= limit
        )
    instant = novo.data if campo == "emissao" else novo.recebido_em
    if bound == "de":
        return instant >= _from(text)
    return instant <= _from(text) if "T" in text else instant < _from(text) + timedelta(days=1)


def _is_party(inscricao: str | None, wanted: str) -> bool:
    bare = re.sub(r"\W", "", wanted)
    return inscricao is not None and (
        inscricao.startswith(bare) if len(bare) == 8 else inscricao == bare
    )


def _item_taxes(resumo: Resumo) -> Iterator[tuple[str, Tributo]]:
    for item in resumo.itens:
        yield from (item.impostos or {}).items()


def _has_tax(resumo: Resumo, wanted: str) -> bool:
    name, _, cst = wanted.partition(":")
    if not cst:
        return name in resumo.impostos and Decimal(resumo.impostos[name].valor or 0) > 0
    own = "ibs_uf" if name in ("ibs", "cbs") else name
    return any(tax == own and tributo.cst == cst for tax, tributo in _item_taxes(resumo))


def _has_word(each: Guardado, word: str) -> bool:
    texts = [i.descricao or "" for i in each.resumo.itens]
    texts += [pessoa.nome or "" for pessoa in each.resumo.participantes.values()]
    have = {found for text in texts for found in _words(text)}
    if word.endswith("*"):
        return any(found.startswith(word[:-1]) for found in have)
    return word in have


def _words(text: str, keep: str = "") -> list[str]:
    parts = unicodedata.normalize("NFD", text.lower())
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    found = re.findall(rf"[a-z0-9{re.escape(keep)}]+", bare)
    return [w for w in found if len(w) > 1 and w not in ("da", "de", "ltda") and not _small(w)]


def _small(word: str) -> bool:
    return word.isdigit() and len(word) < 3


def _from(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=BRASILIA)


def _some(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(",".join)


@st.composite
def _documents(draw: st.DrawFn) -> Guardado:
    tipo = draw(st.sampled_from(("nfe", "nfe", "cte", "evento")))
    codigos = tuple(draw(st.lists(st.sampled_from(CODES), max_size=2)))
    resumo = _resumo(draw, tipo)
    return Guardado(_novo(draw, tipo, resumo, codigos), resumo, codigos)


def _resumo(draw: st.DrawFn, tipo: str) -> Resumo:
    sides = {
        side: draw(st.none() | st.sampled_from(PARTIES)) for side in ("emitente", "destinatario")
    }
    return Resumo(
        documento=Documento(tipo="nfe"),
        situacao="autorizado",
        participantes={
            side: Pessoa(cnpj=inscricao, nome=_NOMES[inscricao])
            for side, inscricao in sides.items()
            if inscricao
        },
        itens=[] if tipo == "evento" else draw(st.lists(_items(), max_size=3)),
        impostos={
            name: Tributo(valor=draw(st.sampled_from(AMOUNTS)))
            for name in draw(st.sets(st.sampled_from(("icms", "ibs", "cofins", "is"))))
        },
    )


def _items() -> st.SearchStrategy[Item]:
    return st.builds(
        Item,
        cfop=st.none() | st.sampled_from(CFOPS),
        ncm=st.none() | st.sampled_from(NCMS),
        descricao=st.none() | st.sampled_from(TEXTS),
        impostos=st.none()
        | st.fixed_dictionaries(
            {
                "icms": st.builds(Tributo, cst=st.sampled_from(CSTS)),
                "ibs_uf": st.builds(
                    Tributo, cst=st.sampled_from(CSTS), classificacao=st.sampled_from(CLASSES)
                ),
            }
        ),
    )


def _novo(draw: st.DrawFn, tipo: str, resumo: Resumo, codigos: tuple[str, ...]) -> Novo:
    moment = draw(st.sampled_from(MOMENTS))
    report = _report(codigos)
    indice = index_of(report, resumo)
    number = draw(st.integers(1, 3))
    event = tipo == "evento"
    parties = {side: pessoa.cnpj for side, pessoa in resumo.participantes.items()}
    situacao = draw(st.sampled_from(SITUACOES))
    # An event speaks of a document with one of these chaves, or of none that is here.
    chave = f"{draw(st.integers(0, 10**6)):044}" if not event else None
    return Novo(
        id=new_id(),
        identidade=str(uuid4()),
        tipo=tipo,
        modelo={"nfe": "55", "cte": "57"}.get(tipo),
        chave=chave,
        serie=draw(st.integers(0, 2)),
        numero=number,
        ambiente=draw(st.sampled_from(("producao", "homologacao"))),
        emissao=moment,
        emitente=parties.get("emitente"),
        destinatario=parties.get("destinatario"),
        valor=None if event else int(Decimal(draw(st.sampled_from(AMOUNTS))) * 100),
        evento_chave=f"{draw(st.integers(0, 10**6)):044}" if event else None,
        evento_tipo=draw(st.sampled_from(("110110", "210200"))) if event else None,
        evento_sequencia=1 if event else None,
        situacao=situacao,
        situacao_propria=situacao,
        protocolo=None,
        registrado_em=None,
        evento_alvo=None,
        vinculos=(),
        veredito=draw(st.sampled_from(VEREDITOS)),
        intacta=True,
        assinada=True,
        com_protocolo=draw(st.booleans()),
        conteudo=uuid4().bytes,
        sha256=b"\0" * 32,
        tamanho=1,
        objeto="o",
        inicio=0,
        comprimento=1,
        resumo=compress(resumo.to_json()),
        validacao=new_id(),
        lote=None,
        recebido_em=draw(st.sampled_from(MOMENTS)),
        data=moment,
        **cast(dict[str, Any], indice.tributos),
        termos=indice.termos,
        partes=indice.partes,
        perfil="autorizado",
        referencia=moment,
        regras="1",
        schemas="1",
        relatorio=compress(report.to_json()),
    )


def _report(codigos: tuple[str, ...]) -> Report:
    return Report(
        versao="1",
        arquivo="-",
        indice=0,
        sha256="0" * 64,
        tamanho=1,
        documento=Documento(tipo="nfe"),
        perfil="autorizado",
        referencia=Referencia(data=datetime(2026, 1, 1, tzinfo=UTC).isoformat(), origem="agora"),
        veredito="valido",
        camadas={},
        conjunto=Conjunto(regras="1", schemas="1", avaliadas=0, nao_avaliaveis=0),
        achados=[
            Achado(codigo=code, camada="regras", severidade="erro", mensagem="m", caminho="")
            for code in codigos
        ],
    )
