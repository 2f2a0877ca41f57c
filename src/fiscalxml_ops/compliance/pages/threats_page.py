"""docs/conformidade/ameacas.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from fiscalxml_ops.compliance.decisions import decisions
from fiscalxml_ops.compliance.flows.elements import ELEMENTOS
from fiscalxml_ops.compliance.pages.linking import decision, measure
from fiscalxml_ops.compliance.pages.matrix import MADE
from fiscalxml_ops.compliance.threats import NOMES, PRIVACIDADE, Ameaca, Resta, threats

_HEAD: Final = f"""\
# Ameaças

Feito de [ameacas.toml](fontes/ameacas.toml) {MADE} Os elementos são os do [fluxo de
dados](fluxo-de-dados.md). De cada processo se pergunta o STRIDE inteiro; de cada depósito, se o
alteram, leem ou perdem; de quem está fora, se o imitam e se nega o que fez: um teste não deixa
pular nenhum. Depois, dos dados pessoais, o que o LINDDUN pergunta. *Resta* é o risco depois das
medidas, aos olhos de quem escreveu; quem o aceita, ou não, é a Direção
([riscos](decisoes.md#riscos)).
"""
_TABLE: Final = "| | ameaça | contra ela | resta |\n|---|---|---|---|"


def threats_page() -> str:
    """The whole page."""
    stride = [each for each in threats() if each.tipo not in PRIVACIDADE]
    left = Counter(each.resta for each in threats())
    lines = [_HEAD, ", ".join(f"{n} {resta}" for resta in Resta if (n := left[resta])) + ".\n"]
    seen: list[tuple[str, ...]] = []
    for em in (each.em for each in stride):
        if em not in seen:
            seen.append(em)
    for em in seen:
        lines += [f"## {', '.join(ELEMENTOS[each].nome for each in em)}\n", _TABLE]
        lines += [*_rows(each for each in stride if each.em == em), ""]
    lines += [
        "## Dados pessoais (LINDDUN)\n",
        "| | ameaça | onde | contra ela | resta |\n|---|---|---|---|---|",
    ]
    lines += [_personal(each) for each in threats() if each.tipo in PRIVACIDADE]
    return "\n".join((*lines, ""))


def _rows(every: Iterator[Ameaca]) -> Iterator[str]:
    for each in every:
        yield f"| {_kind(each)} | {each.ameaca} | {_against(each)} | {_left(each)} |"


def _personal(each: Ameaca) -> str:
    where = ", ".join(ELEMENTOS[one].nome for one in each.em)
    return f"| {_kind(each)} | {each.ameaca} | {where} | {_against(each)} | {_left(each)} |"


def _kind(each: Ameaca) -> str:
    return f"{each.tipo}: {NOMES[each.tipo]}"


def _against(each: Ameaca) -> str:
    known = decisions()
    return ", ".join(
        (*(measure(m) for m in each.medidas), *(decision(d, known) for d in each.decisoes))
    )


def _left(each: Ameaca) -> str:
    return f"**{each.resta}**: {each.porque}" if each.porque else each.resta
