"""A page a norm; the measures, and the decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from posixpath import relpath
from typing import Final

from fiscalxml_ops.compliance.decisions import Decisao, Papel, Quando, decisions
from fiscalxml_ops.compliance.evidence import Especie
from fiscalxml_ops.compliance.measures import Medida, measures
from fiscalxml_ops.compliance.norms import Controle, Estado, Norma
from fiscalxml_ops.compliance.pages.linking import decision, link, measure

MADE: Final = "por `make conformidade`; não edite."
_MEASURES: Final = f"""\
# Medidas e evidências

Feito de [medidas.toml](fontes/medidas.toml) e das marcas `# Medida:` do código {MADE}
Cada evidência existe, ou vem *(por vir)* noutra parte desta versão: um teste o confere.
"""
_DECISIONS: Final = f"""\
# Decisões humanas

Feito de [decisoes.toml](fontes/decisoes.toml) {MADE}
O que nenhum código faz: quem decide, o quê, de quanto em quanto tempo, e onde fica escrito. Uma
pessoa pode ter vários papéis; ninguém aprova o que é seu.
"""


def norm_page(nome: str, norma: Norma) -> str:
    """A control a line: state, what meets it, what is lacking."""
    lines = [
        f"# {norma.titulo}\n",
        f"Feito de [{nome}.toml](fontes/{nome}.toml) {MADE}\n",
        f"{norma.apresentacao}\n",
        counts({"controles": norma}),
    ]
    before = ""
    for numero, controle in norma.controles.items():
        titulo = norma.grupos[norma.grupo(numero)]
        if titulo != before:
            lines.append(f"\n## {titulo}\n")
            before = titulo
        lines.append(_control(numero, controle))
    return "\n".join((*lines, ""))


def counts(named: Mapping[str, Norma]) -> str:
    """A table of how many controls are in which state."""
    head = f"| | {' | '.join(Estado)} | |\n|---|{'--:|' * (len(Estado) + 1)}"
    rows = []
    for nome, norma in named.items():
        states = Counter(each.estado for each in norma.controles.values())
        told = " | ".join(str(states[estado]) for estado in Estado)
        rows.append(f"| {nome} | {told} | {len(norma.controles)} |")
    return "\n".join((head, *rows))


def _control(numero: str, each: Controle) -> str:
    parts = [f"- **{numero}** {each.assunto}: **{each.estado}**."]
    if each.nao_se_aplica:
        parts.append(f"{_sentence(each.nao_se_aplica)}")
    if each.falta:
        parts.append(f"Falta: {each.falta}.")
    if each.medidas:
        parts.append(f"Medidas: {', '.join(measure(nome) for nome in each.medidas)}.")
    if each.decisoes:
        known = decisions()
        parts.append(f"Decide: {', '.join(decision(nome, known) for nome in each.decisoes)}.")
    return " ".join(parts)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def measures_page() -> str:
    """Each measure with all of its evidence."""
    return "\n".join((_MEASURES, *(_measure(nome, each) for nome, each in measures().items())))


def _measure(nome: str, each: Medida) -> str:
    lines = [f"## {nome}\n", _sentence(each.titulo)]
    if each.limite:
        lines.append(f"\n*Até onde:* {each.limite}.")
    lines.append("")
    for especie in Especie:
        found = [link(one) for one in each.citadas if one.especie is especie]
        if found:
            lines.append(f"- {especie}: {'; '.join(found)}")
    return "\n".join((*lines, ""))


def decisions_page() -> str:
    """By how often, and then each."""
    return "\n".join((_DECISIONS, *_calendar(), *_decisions()))


def _calendar() -> Iterator[str]:
    yield f"| | {' | '.join(Papel)} |\n|---|{'---|' * len(Papel)}"
    for quando in Quando:
        cells = []
        for papel in Papel:
            names = [n for n, d in decisions().items() if (d.papel, d.quando) == (papel, quando)]
            cells.append(", ".join(f"[{nome}](#{nome})" for nome in names))
        yield f"| {quando} | {' | '.join(cells)} |"
    yield ""


def _decisions() -> Iterator[str]:
    for nome, each in decisions().items():
        yield f"## {nome}\n\n{_decision(each)}\n"


def _decision(each: Decisao) -> str:
    guide = ""
    if each.roteiro:
        guide = f" [Como]({relpath(each.roteiro, 'docs/conformidade')})."
    return f"**{each.papel}**, {each.quando}: {each.decide}. Fica: {each.registro}.{guide}"
