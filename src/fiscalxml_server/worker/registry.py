"""What workers do: the types of jobs of all domains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml_server.api.exportacoes import tasks as exportacoes
from fiscalxml_server.api.lotes import tasks as lotes
from fiscalxml_server.api.privacidade import tasks as privacidade
from fiscalxml_server.api.revalidacoes import tasks as revalidacoes
from fiscalxml_server.kit.attempts import Tarefa

TAREFAS: Final[Mapping[str, Tarefa]] = {
    tarefa.tipo: tarefa
    for tarefa in (
        *lotes.TAREFAS,
        *exportacoes.TAREFAS,
        *revalidacoes.TAREFAS,
        *privacidade.TAREFAS,
    )
}
