"""The filters of a search as parameters of a request, the same at every operation that has them.

`Filtragem` is the dependency; `read_filter` reads the same names from elsewhere, such as a body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, get_args
from uuid import UUID

from fastapi import Depends, Query

from fiscalxml.identifiers.chave import clean_chave
from fiscalxml.identifiers.cnpj import normalize_cnpj
from fiscalxml.identity import MAX_NUMERO, MAX_SERIE, centavos
from fiscalxml.indexing import MAX_TEXT, TRIBUTOS, pieces, words
from fiscalxml.report import Ambiente, Tipo, Veredito
from fiscalxml.situation import SituacaoEfetiva
from fiscalxml_server.api.documentos.filters import CODIGOS, PREFIXO, RAIZ, Filtro
from fiscalxml_server.kit.http.parameters import parse_instant
from fiscalxml_server.kit.http.problems import invalid_fields
from fiscalxml_server.kit.jobs import dia

MAX_VALUES: Final = 50
"""of one parameter"""
MAX_WORDS: Final = 8
_MAX_LENGTH: Final = 3000

_MASK: Final = re.compile(r"[\s./-]")
_RAIZ: Final = re.compile(rf"[0-9A-Z]{{{RAIZ}}}")
_CPF: Final = re.compile(r"[0-9]{11}")
_CHAVE: Final = re.compile(r"[0-9A-Z]{44}(?:[0-9A-Z]{6})?")
_MODELO: Final = re.compile(r"[0-9]{2}")
_EVENTO: Final = re.compile(r"[0-9]{6}")
_CODIGO: Final = re.compile(r"[0-9A-Z-]{1,20}")
_CLASSIFICACAO: Final = re.compile(r"[0-9]{6}")
_TRIBUTO: Final = re.compile(rf"(?:{'|'.join(TRIBUTOS)})(?::[0-9]{{2,3}})?")
_DIA: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_filter(given: Mapping[str, Any], onde: str = "query") -> Filtro:
    """The filter that these parameters say, by the names of `Filtro` and `texto`; None: not given.

    Raises `ParametrosInvalidos` with what there is about each; `onde`: where they stand.
    """
    values: dict[str, Any] = {}
    wrong = []
    for name, value in given.items():
        if value is None:
            continue
        try:
            values["palavras" if name == "texto" else name] = READERS[name](value)
        except ValueError as error:
            wrong.append({"campo": name, "onde": onde, "mensagem": str(error)})
    wrong += _turned_round(values, onde)
    if wrong:
        raise invalid_fields(wrong)
    return Filtro(**values)


def _turned_round(values: Mapping[str, Any], onde: str) -> Iterator[dict[str, str]]:
    """What is told of an end before its beginning: a slip, which would find nothing for ever."""
    for first, last in (("emissao_de", "emissao_ate"), ("recebido_de", "recebido_ate")):
        # The end is the first instant after.
        if first in values and last in values and values[last] <= values[first]:
            yield {"campo": last, "onde": onde, "mensagem": f"é antes de {first}"}
    least, most = values.get("valor_min"), values.get("valor_max")
    if least is not None and most is not None and most < least:
        yield {"campo": "valor_max", "onde": onde, "mensagem": "é menor que valor_min"}


def _several(read: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    """Values divided by commas."""

    def read_all(text: str) -> tuple[Any, ...]:
        parts = [part.strip() for part in text.split(",")]
        if len(parts) > MAX_VALUES:
            raise ValueError(f"aceita até {MAX_VALUES} valores")
        return tuple(dict.fromkeys(read(part) for part in parts))

    return read_all


def _inscricao(text: str) -> str:
    bare = _MASK.sub("", text)
    if bare.isascii():
        bare = bare.upper()
    if _CPF.fullmatch(bare) or _RAIZ.fullmatch(bare):
        return bare
    try:
        return normalize_cnpj(text)
    except ValueError:
        raise ValueError(
            "deve ser um CNPJ (14), um CPF (11) ou a raiz de um CNPJ (8), com máscara ou sem"
        ) from None


def _matching(pattern: re.Pattern[str], message: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(message)
        return text

    return read


def _one_of(kinds: Any) -> Callable[[str], str]:
    accepted = get_args(kinds)

    def read(text: str) -> str:
        if text not in accepted:
            raise ValueError(f"não é um dos valores aceitos: {', '.join(accepted)}")
        return text

    return read


def _up_to(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal()) or len(text) > 20 or int(text) > most:
            raise ValueError(f"deve ser um número inteiro de 0 a {most}")
        return int(text)

    return read


def _beginning(name: str) -> Callable[[str], str]:
    """A code of digits, or its first ones."""
    length = CODIGOS[name][-1]

    def read(text: str) -> str:
        bare = _MASK.sub("", text)
        if not (bare.isascii() and bare.isdecimal()) or not 1 < len(bare) <= length:
            raise ValueError(f"deve ter {length} algarismos, ou de 2 a {length - 1} do começo")
        return bare

    return read


def _chave(text: str) -> str:
    chave = clean_chave(text)
    if not _CHAVE.fullmatch(chave):
        raise ValueError("deve ser uma chave de acesso, de 44 posições (50 na NFS-e)")
    return chave


def _codigo(text: str) -> str:
    return _matching(_CODIGO, "deve ser um código de achado, como 629 ou XSD-010")(text.upper())


def _reais(text: str) -> int:
    amount = centavos(text)
    if amount is None:
        raise ValueError("deve ser um valor em reais com ponto, como 1234.56")
    return amount


def _until(text: str) -> datetime:
    """The first instant after: a day counts to its end."""
    step = timedelta(days=1) if _DIA.fullmatch(text) else timedelta(microseconds=1)
    return parse_instant(text) + step


def _logico(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("deve ser true ou false")
    return text == "true"


def _lote(text: str) -> UUID:
    try:
        lote = UUID(text)
        dia(lote)
    except (ValueError, OverflowError):
        raise ValueError("deve ser o id de um lote") from None
    return lote


def _words(text: str) -> tuple[str, ...]:
    """What is looked for; a piece that ends in `*` is the beginning of its last word."""
    found: dict[str, None] = {}
    for part in text[:MAX_TEXT].split():
        whole = pieces(part)
        # The beginning of a word may be one that does not count by itself.
        beginning = [whole.pop() + PREFIXO] if part.endswith(PREFIXO) and whole else []
        found |= dict.fromkeys([*words(" ".join(whole)), *beginning])
    if not found:
        raise ValueError("não tem palavra que se possa procurar; veja /docs")
    if len(found) > MAX_WORDS:
        raise ValueError(f"aceita até {MAX_WORDS} palavras")
    return tuple(found)


READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "emitente": _several(_inscricao),
    "destinatario": _several(_inscricao),
    "participante": _several(_inscricao),
    "tipo": _several(_one_of(Tipo)),
    "modelo": _several(_matching(_MODELO, "deve ter dois algarismos, como 55")),
    "chave": _several(_chave),
    "serie": _several(_up_to(MAX_SERIE)),
    "numero": _several(_up_to(MAX_NUMERO)),
    "ambiente": _several(_one_of(Ambiente)),
    "situacao": _several(_one_of(SituacaoEfetiva)),
    "veredito": _several(_one_of(Veredito)),
    "emissao_de": parse_instant,
    "emissao_ate": _until,
    "recebido_de": parse_instant,
    "recebido_ate": _until,
    "valor_min": _reais,
    "valor_max": _reais,
    "com_protocolo": _logico,
    "cfop": _several(_beginning("cfop")),
    "ncm": _several(_beginning("ncm")),
    "tributo": _several(
        _matching(_TRIBUTO, f"deve ser um de {', '.join(TRIBUTOS)}, ou com o CST: icms:60")
    ),
    "cclasstrib": _several(_matching(_CLASSIFICACAO, "deve ter seis algarismos, como 000001")),
    "codigo": _several(_codigo),
    "evento": _several(_matching(_EVENTO, "deve ser um tpEvento, como 110111")),
    "texto": _words,
    "lote": _lote,
}
"""names of the parameters -> how each is read; raises ValueError, in Portuguese"""


def _query(description: str, *examples: str) -> Any:
    return Query(max_length=_MAX_LENGTH, description=description, examples=list(examples))


_LIST: Final = "Vários valores se separam por vírgula: basta um."
_PARTY: Final = "CNPJ ou CPF, ou a raiz de um CNPJ (8 posições: todos os estabelecimentos)"


async def _filtro(
    emitente: Annotated[
        str | None, _query(f"{_PARTY} de quem emitiu. {_LIST}", "12.345.678/0001-95", "12345678")
    ] = None,
    destinatario: Annotated[str | None, _query(f"{_PARTY} de quem recebe. {_LIST}")] = None,
    participante: Annotated[
        str | None, _query(f"{_PARTY} de quem emitiu ou recebe. {_LIST}")
    ] = None,
    tipo: Annotated[str | None, _query(f"{', '.join(get_args(Tipo))}. {_LIST}", "nfe,nfce")] = None,
    modelo: Annotated[str | None, _query(f"O modelo fiscal. {_LIST}", "55")] = None,
    chave: Annotated[str | None, _query(f"A chave de acesso. {_LIST}")] = None,
    serie: Annotated[str | None, _query(f"A série. {_LIST}", "1")] = None,
    numero: Annotated[str | None, _query(f"O número. {_LIST}", "1234")] = None,
    ambiente: Annotated[str | None, _query("producao ou homologacao.", "producao")] = None,
    situacao: Annotated[
        str | None,
        _query(f"A efetiva: {', '.join(get_args(SituacaoEfetiva))}. {_LIST}", "autorizado"),
    ] = None,
    veredito: Annotated[
        str | None,
        _query(
            f"Da última validação: {', '.join(get_args(Veredito))}. {_LIST}",
            "invalido,nao_avaliado",
        ),
    ] = None,
    emissao_de: Annotated[
        str | None, _query("Emitidos a partir deste dia (em Brasília) ou instante.", "2026-11-01")
    ] = None,
    emissao_ate: Annotated[
        str | None, _query("Emitidos até o fim deste dia, ou até este instante.", "2026-11-30")
    ] = None,
    recebido_de: Annotated[
        str | None, _query("Recebidos aqui a partir deste dia ou instante.")
    ] = None,
    recebido_ate: Annotated[
        str | None, _query("Recebidos aqui até o fim deste dia, ou até este instante.")
    ] = None,
    valor_min: Annotated[str | None, _query("Valor do documento, em reais.", "1000.00")] = None,
    valor_max: Annotated[str | None, _query("Valor do documento, em reais.", "1999.99")] = None,
    com_protocolo: Annotated[
        str | None, _query("true ou false: se a cópia guardada traz o protocolo.", "true")
    ] = None,
    cfop: Annotated[
        str | None, _query(f"CFOP de um item, ou o seu começo. {_LIST}", "5102", "54")
    ] = None,
    ncm: Annotated[
        str | None, _query(f"NCM de um item, ou o seu começo. {_LIST}", "22021000", "2202")
    ] = None,
    tributo: Annotated[
        str | None,
        _query(
            f"Tem valor deste tributo ({', '.join(TRIBUTOS)}); ou um item com este CST (icms:60). "
            f"{_LIST}",
            *("ibs", "icms:60"),
        ),
    ] = None,
    cclasstrib: Annotated[
        str | None, _query(f"cClassTrib (IBS, CBS, IS) de um item. {_LIST}", "000001")
    ] = None,
    codigo: Annotated[
        str | None, _query(f"Código de um achado do relatório. {_LIST}", "629")
    ] = None,
    evento: Annotated[
        str | None,
        _query(
            "tpEvento de um evento que o documento tem; com tipo=evento, do próprio evento. "
            f"{_LIST}",
            "110111",
        ),
    ] = None,
    texto: Annotated[
        str | None,
        _query(
            "Palavras das descrições dos itens ou dos nomes das partes: todas, sem distinguir "
            "acentos nem maiúsculas. Um * no fim procura pelo começo da palavra.",
            "parafuso inox",
            "paraf*",
        ),
    ] = None,
    lote: Annotated[str | None, _query("O id de um lote: os documentos que ele trouxe.")] = None,
) -> Filtro:
    return read_filter(locals())


Filtragem = Annotated[Filtro, Depends(_filtro)]
"""The filter that a request's query says, as the parameter of an endpoint."""
