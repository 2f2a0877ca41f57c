"""From what a run found to the text of its page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime
from functools import cache, partial
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import Final, NamedTuple

import jinja2

from fiscalxml.cli import cause_words
from fiscalxml.cli.names import TIPOS
from fiscalxml.cli.output import Fim
from fiscalxml.cli.page.rows import MAX_DO_DOCUMENTO, Listados
from fiscalxml.cli.terminal import grouped
from fiscalxml.xml import milhar

MAX_CAUSAS: Final = 300
"""causes on a page, the first by impact"""

_PRINTED_OPEN: Final = 200  # with more documents than this, paper has their lines only
_EMITENTES: Final = 10
_CHARACTERS: Final = 1 << 16


class Pagina(NamedTuple):
    """All that a page tells."""

    caminhos: list[str]
    momento: datetime
    fim: Fim
    listados: Listados


def render(pagina: Pagina) -> Iterator[str]:
    """The page in pieces. Whatever documents hold is text in it, never markup."""
    causas = pagina.fim.causas.most(MAX_CAUSAS)
    documentos = pagina.listados.documents()
    style, script = _asset("page.css"), _asset("page.js")
    stream = _template().stream(
        caminhos=pagina.caminhos,
        curto=partial(_without_base, pagina.caminhos[0] if len(pagina.caminhos) == 1 else ""),
        momento=pagina.momento,
        programa=f"API Fiscal XML {version('fiscalxml')}",
        panorama=pagina.fim.causas.panorama(),
        ignorados=pagina.fim.ignorados,
        nao_lidos=pagina.fim.nao_lidos,
        causas=causas,
        causas_total=len(pagina.fim.causas),
        numero={causa.id: number for number, causa in enumerate(causas, 1)},
        mais_documentos=max((causa.documentos for causa in causas), default=1),
        documentos=documentos,
        documentos_total=pagina.listados.total,
        por_documento=MAX_DO_DOCUMENTO,
        curta=len(documentos) <= _PRINTED_OPEN,
        emitentes=_EMITENTES,
        style=style,
        script=script,
        csp=_policy(style, script),
    )
    stream.enable_buffering(_CHARACTERS)
    return stream


def _policy(style: str, script: str) -> str:
    """Our own style and script, by their hashes, and nothing else at all."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("fiscalxml.cli", "page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "milhar": milhar,
        "grouped": grouped,
        "dia": cause_words.day,
        "inscricao": cause_words.inscricao,
        "cnpj_ou_cpf": cause_words.cnpj_or_cpf,
        "impacto": cause_words.impact,
        "porcento": _percent,
    }
    environment.globals |= {
        "tipos": TIPOS,
        "perfis": {
            "rascunho": "rascunho",
            "transmissao": "transmissão",
            "autorizado": "autorizado",
        },
        "plural": cause_words.plural,
        "periodo": cause_words.period,
    }
    return environment.get_template("page.html.j2")


def _without_base(base: str, arquivo: str) -> str:
    """A name as it is known inside the one folder or archive that was judged."""
    rest = arquivo.removeprefix(base)
    return rest.lstrip("/!") if base and rest and rest != arquivo else arquivo


def _percent(part: int, whole: int) -> str:
    """'12,5 %'; never 0 % of what is there, never 100 % of what is not all."""
    if not whole:
        return "0\xa0%"
    share = 100 * part / whole
    if 0 < share < 0.1:
        return "<\xa00,1\xa0%"
    if part < whole and share > 99.9:
        return ">\xa099,9\xa0%"
    return f"{share:.1f}".removesuffix(".0").replace(".", ",") + "\xa0%"
