"""What should run and does not is started: after a death, or the machine's restart.

Each colour's keeper restarts its roles; nothing restarts keepers and HAProxy but this, which the
machine calls each minute (ops/deploy/README.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fiscalxml_ops.deploy.colours import Parte
from fiscalxml_ops.deploy.local import Local
from fiscalxml_ops.deploy.operating import alone
from fiscalxml_server.stack.roles import Montagem, service_roles


def resume(dados: Path, conta: Callable[[str], None], montagem: Montagem = service_roles) -> None:
    """Tells what it starts; nothing where all is there, and where `deploy parar` was the last word.

    The colour that serves, and the one that `deploy trocar --manter` has kept for `deploy voltar`.
    Raises Ocupado beside a command that changes what runs, NaoFoi where something does not come up.
    """
    with alone(Local.found(dados)):
        # What another command has left, now that there is none.
        local = replace(Local.found(dados), montagem=montagem)
        if local.estado.parada:
            conta("parada: `deploy iniciar` põe no ar")
            return
        _start(local, conta)
        if local.balanceador.weights()[local.estado.ativa.outra]:
            conta(f"uma troca foi cortada: `deploy voltar` devolve tudo a {local.estado.ativa}")


def _start(local: Local, conta: Callable[[str], None]) -> None:
    """What works first: it waits for nobody, and nothing that does not come up keeps it away. What
    serves nobody comes last."""
    ativa, anterior = local.estado.ativa, local.estado.anterior
    if not local.keeps(ativa, Parte.FUNDO):
        local.iniciar(ativa, Parte.FUNDO)
        conta(f"{Parte.FUNDO} {ativa} iniciado")
    if not local.balances():
        local.start_balancer()
        conta(f"balanceador iniciado: {ativa} recebe tudo")
    if not local.keeps(ativa, Parte.WEB):
        local.iniciar(ativa, Parte.WEB)
        conta(f"{Parte.WEB} {ativa} iniciado")
    if anterior is not None:
        for parte in (Parte.FUNDO, Parte.WEB):
            if not local.keeps(anterior, parte):
                local.iniciar(anterior, parte)
                conta(f"{parte} {anterior} iniciado, mantido para `deploy voltar`")
