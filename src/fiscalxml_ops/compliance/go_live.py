"""docs/entrada-em-producao.md, written by hand: every line a command, or a decision of a role.

- [ ] what is done: `command`
- [ ] **Decisão — Segurança:** what is decided ([cerimonia](conformidade/decisoes.md#cerimonia))
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from fiscalxml_ops.compliance.commands import Desconhecido, check
from fiscalxml_ops.compliance.decisions import Decisao
from fiscalxml_ops.compliance.evidence import Evidencia
from fiscalxml_ops.compliance.project import read

PAGE: Final = "docs/entrada-em-producao.md"
_ITEM: Final = re.compile(r"^- \[ \] (.+(?:\n  .+)*)", re.MULTILINE)
_DECISION: Final = re.compile(r"\*\*Decisão — (.+?):\*\*")
_NAMED: Final = re.compile(r"\(conformidade/decisoes\.md#([\w-]+)\)")
_COMMAND: Final = re.compile(r"`([^`]+)`")
_WORKFLOW: Final = re.compile(r"gh workflow run ([\w.-]+)")


def items(text: str) -> list[str]:
    """The lines of the list."""
    return [" ".join(each.split()) for each in _ITEM.findall(text)]


def faults(text: str, decisoes: Mapping[str, Decisao]) -> Iterator[str]:
    """What is wrong with the list, in Portuguese."""
    cited: set[str] = set()
    for item in items(text):
        if decision := _DECISION.search(item):
            names = _NAMED.findall(item)
            cited.update(names)
            yield from _of_decision(item, decision[1], names, decisoes)
        else:
            yield from _of_commands(item)
    for nome, each in decisoes.items():
        if each.quando.name == "UMA_VEZ" and nome not in cited:
            yield f"{PAGE}: falta a decisão {nome}, que é de antes da produção"


def _of_decision(
    item: str, papel: str, names: list[str], decisoes: Mapping[str, Decisao]
) -> Iterator[str]:
    if not names:
        yield f"{PAGE}: decisão sem nome: {item}"
    for nome in names:
        if nome not in decisoes:
            yield f"{PAGE}: não há a decisão {nome}"
        elif decisoes[nome].papel != papel:
            yield f"{PAGE}: {nome} é de {decisoes[nome].papel}, e não de {papel}"


def _of_commands(item: str) -> Iterator[str]:
    commands = _COMMAND.findall(item)
    if not commands:
        yield f"{PAGE}: nem comando nem decisão: {item}"
    for command in commands:
        try:
            check(command, whole=True)
        except Desconhecido as error:
            yield f"{PAGE}: {error}"
        if workflow := _WORKFLOW.match(command):
            falha = Evidencia(f".github/workflows/{workflow[1]}").falha()
            yield from [f"{PAGE}: {falha}"] if falha else []


def text() -> str:
    """The page, as it stands."""
    return read(PAGE)
