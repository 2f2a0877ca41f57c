"""`fiscalxml up`, each child of whose worker ends after one job."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from fiscalxml_server.stack.roles import Contexto, Tabela, service_roles
from fiscalxml_server.stack.system import Opcoes, up


def recycling(contexto: Contexto) -> Tabela:
    """The service's roles, that one otherwise."""
    tabela = service_roles(contexto)
    papeis = [
        replace(papel, argv=[*papel.argv, "--max-tasks-per-child", "1"])
        if papel.nome == "worker"
        else papel
        for papel in tabela.papeis
    ]
    return replace(tabela, papeis=tuple(papeis))


if __name__ == "__main__":
    folder, porta = sys.argv[1:]
    opcoes = Opcoes(dados=Path(folder), porta=int(porta), workers=1, amostra=False)
    sys.exit(up(opcoes, recycling))
