"""Jobs of privacy, asked for by the Auth Service (`kit.custody.ask_for_job`)."""

from __future__ import annotations

from typing import Final

from fiscalxml_server.api.privacidade import sealing, service
from fiscalxml_server.kit.attempts import Tarefa
from fiscalxml_server.kit.custody import ELIMINAR, ENCERRAR, RESELAR, TITULAR

_SECONDS: Final = 4 * 3600

TAREFAS: Final = (
    Tarefa(tipo=TITULAR, do=service.answer, give_up=service.fail, segundos=600),
    Tarefa(tipo=ELIMINAR, do=service.erase_due, give_up=service.nothing, segundos=_SECONDS),
    Tarefa(tipo=RESELAR, do=sealing.renew, give_up=service.nothing, segundos=_SECONDS),
    Tarefa(tipo=ENCERRAR, do=service.erase_all, give_up=service.nothing, segundos=_SECONDS),
)
