"""Reports on paper, set by Typst. Documents' texts are data to its templates, never markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import msgspec

from fiscalxml.causes import Causa, Exemplo, Panorama, Situacoes
from fiscalxml.pages.assets import program
from fiscalxml.pages.causes import Pagina
from fiscalxml.pages.ficha import Ficha
from fiscalxml.pages.names import PERFIS, TIPOS
from fiscalxml.pages.rows import Documento
from fiscalxml.pages.words import cnpj_or_cpf, grouped, impact, inscricao, period, plural
from fiscalxml.xml import milhar

CAUSAS: Final = 100
"""causes that are printed, the first by impact"""
_EXEMPLOS: Final = 3
_EMITENTES: Final = 10
_LONG: Final = re.compile(r"\S{28}(?=\S)")
_TEXT: Final = 600  # characters of one text on paper
_PRINTED = Path(str(files(__package__) / "impressos"))


def print_document(ficha: Ficha) -> bytes:
    """The PDF of one document's report."""
    return _set("documento.typ", msgspec.to_builtins(ficha))


def print_causes(pagina: Pagina) -> bytes:
    """The PDF of many documents' causes."""
    return _set("causas.typ", _causes(pagina))


def _set(template: str, dados: Any) -> bytes:
    told = {"dados": msgspec.json.encode(_printable(dados)).decode()}
    pdf: bytes = _typst()(_PRINTED / template, sys_inputs=told)
    return pdf


@cache
def _typst() -> Callable[..., Any]:
    """Loaded when first needed, for it takes 8 MB; its fonts are the same on every machine."""
    import typst

    fonts = typst.Fonts(include_system_fonts=False)
    return partial(typst.compile, root=_PRINTED, font_paths=fonts, format="pdf")


def _printable(node: Any) -> Any:
    """Without what no font has, and with places where long words may break."""
    if isinstance(node, str):
        text = node if len(node) <= _TEXT else f"{node[:_TEXT]}…"
        if not text.isprintable():
            text = "".join(char if char.isprintable() else "\ufffd" for char in text)
        return _LONG.sub("\\g<0>\u200b", text)
    if isinstance(node, dict):
        return {key: _printable(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_printable(each) for each in node]
    return node


def _causes(pagina: Pagina) -> dict[str, Any]:
    panorama = pagina.causas.panorama()
    causas = pagina.causas.most(CAUSAS)
    documentos = pagina.listados.documents()
    return {
        "titulo": _title(panorama.total),
        "programa": program(),
        "momento": f"{pagina.momento:%d/%m/%Y %H:%M}",
        "ressalva": pagina.ressalva or "",
        "fatos": list(_facts(pagina, panorama)),
        "cartoes": _cards(panorama, len(pagina.causas)),
        "notas": list(_notes(pagina, panorama)),
        "tipos": [_row(TIPOS[tipo], counts) for tipo, counts in panorama.tipos],
        "emitentes": [
            _row(cnpj_or_cpf(emitente), counts)
            for emitente, counts in panorama.emitentes[:_EMITENTES]
        ],
        "nota_causas": _causes_note(len(causas), len(pagina.causas), pagina.comandos.causas),
        "causas": [_cause(causa) for causa in causas],
        "nota_documentos": _documents_note(len(documentos), pagina),
        "documentos": [_document(documento) for documento in documentos],
    }


def _title(total: Situacoes) -> str:
    if not total.documentos:
        return "Nenhum documento encontrado"
    if not total.invalido and not total.nao_avaliado:
        return plural(total.documentos, "documento válido", "documentos, todos válidos")
    if total.invalido:
        wrong = plural(total.invalido, "documento inválido", "documentos inválidos")
    else:
        wrong = plural(total.nao_avaliado, "documento não avaliado", "documentos não avaliados")
    return f"{wrong} de {milhar(total.documentos)}"


def _facts(pagina: Pagina, panorama: Panorama) -> Iterator[tuple[str, str]]:
    yield "Julgado", ", ".join(pagina.julgado)
    yield "Quando", f"{pagina.momento:%d/%m/%Y %H:%M}"
    if panorama.emissao_de and panorama.emissao_ate:
        yield "Emissão", period(panorama.emissao_de, panorama.emissao_ate)
    if panorama.perfis:
        yield "Perfil", ", ".join(PERFIS.get(perfil, perfil) for perfil in panorama.perfis)
    if panorama.esquemas:
        others = len(panorama.esquemas) - 1
        more = f" e outros {others}" if others else ""
        yield "Esquemas", panorama.esquemas[0] + more
    if panorama.regras:
        yield "Regras", ", ".join(panorama.regras)


def _cards(panorama: Panorama, causas: int) -> list[tuple[str, str]]:
    total = panorama.total
    counts = (
        (total.documentos, "documento", "documentos"),
        (total.invalido, "inválido", "inválidos"),
        (total.valido, "válido", "válidos"),
        (total.com_avisos, "com aviso", "com aviso"),
        (total.nao_avaliado, "não avaliado", "não avaliados"),
        (causas, "causa", "causas"),
        (panorama.emitentes_distintos, "emitente", "emitentes"),
    )
    return [(milhar(count), one if count == 1 else many) for count, one, many in counts]


def _notes(pagina: Pagina, panorama: Panorama) -> Iterator[str]:
    if panorama.sem_regras:
        counted = plural(panorama.sem_regras, "documento", "documentos")
        yield (
            f"As regras de negócio não foram conferidas em {counted} com erro de leiaute: corrija "
            "primeiro o leiaute."
        )
    if pagina.ignorados:
        one, many = (
            "arquivo que não é fiscal foi ignorado",
            "arquivos que não são fiscais foram ignorados",
        )
        yield f"{plural(pagina.ignorados, one, many)}."
    if pagina.nao_lidos:
        one, many = "arquivo não pôde ser lido", "arquivos não puderam ser lidos"
        yield f"{plural(pagina.nao_lidos, one, many)}."


def _row(name: str, counts: Situacoes) -> list[str]:
    numbers = (counts.documentos, counts.invalido, counts.valido, counts.nao_avaliado)
    return [name, *map(milhar, numbers)]


def _causes_note(printed: int, total: int, where: str) -> str:
    if not total:
        return "Nenhum achado: não há o que corrigir."
    order = "Da mais grave à mais leve e, entre iguais, da que atinge mais documentos à que atinge "
    if printed < total:
        return f"{order}menos. {printed} de {milhar(total)} causas; {where} mostra todas."
    return f"{order}menos."


def _documents_note(printed: int, pagina: Pagina) -> str:
    total = pagina.listados.total
    if printed < total:
        return (
            f"{milhar(printed)} de {milhar(total)} documentos, os mais graves primeiro; "
            f"{pagina.comandos.documentos} dá todos."
        )
    return "Os mais graves primeiro."


def _cause(causa: Causa) -> dict[str, Any]:
    said = causa.explicacao is None or causa.explicacao.rstrip(".") == causa.causa
    return {
        "severidade": causa.severidade,
        "causa": causa.causa,
        "impacto": impact(causa),
        "correcao": causa.correcao or "",
        "explicacao": "" if said else causa.explicacao,
        "codigo": causa.codigo,
        "regra": causa.regra or "",
        "facultativa": bool(causa.facultativa),
        "caminho": causa.caminho or "",
        "tipos": ", ".join(f"{TIPOS[tipo]} {milhar(n)}" for tipo, n in causa.tipos.items()),
        "emissao": period(causa.emissao_de, causa.emissao_ate)
        if causa.emissao_de and causa.emissao_ate
        else "",
        "emitentes": ", ".join(
            f"{inscricao(each)} ({milhar(each.documentos)} de {milhar(each.total)})"
            for each in causa.maiores_emitentes
        ),
        "tambem": ", ".join(causa.tambem or ()),
        "fonte": causa.fonte or "",
        "exemplos": [_example(exemplo) for exemplo in causa.exemplos[:_EXEMPLOS]],
    }


def _example(exemplo: Exemplo) -> dict[str, Any]:
    part = f" (documento {exemplo.indice + 1})" if exemplo.indice else ""
    return {
        "nome": exemplo.arquivo + part,
        "encontrado": exemplo.encontrado,
        "esperado": exemplo.esperado,
    }


def _document(documento: Documento) -> dict[str, str]:
    part = f" (documento {documento.indice + 1})" if documento.indice else ""
    return {
        "veredito": documento.veredito,
        "arquivo": documento.arquivo + part,
        "chave": grouped(documento.chave),
        "tipo": documento.tipo,
        "numero": documento.numero,
        "emitente": documento.emitente,
        "emissao": documento.emissao,
        "achados": milhar(documento.achados),
    }
