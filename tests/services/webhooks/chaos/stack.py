"""`fiscalxml up` with two processes that deliver, as there are in production."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from fiscalxml_server.stack.roles import Contexto, Tabela, service_roles
from fiscalxml_server.stack.system import Opcoes, up

SECOND = "entregador-2"


def with_two(contexto: Contexto) -> Tabela:
    """The service's roles, and that one again."""
    tabela = service_roles(contexto)
    (own,) = (papel for papel in tabela.papeis if papel.nome == "entregador")
    return replace(tabela, papeis=(*tabela.papeis, replace(own, nome=SECOND)))


if __name__ == "__main__":
    folder, porta = sys.argv[1:]
    opcoes = Opcoes(dados=Path(folder), porta=int(porta), workers=2, amostra=False)
    sys.exit(up(opcoes, with_two))
