"""What is done with an environment on this machine: the first version, a switch, its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fiscalxml_ops.deploy.colours import Cor, Parte
from fiscalxml_ops.deploy.environment import NaoFoi
from fiscalxml_ops.deploy.gates import Portao
from fiscalxml_ops.deploy.local import Local
from fiscalxml_ops.deploy.samples import Amostras
from fiscalxml_ops.deploy.state import Versao
from fiscalxml_ops.deploy.switching import Fase, Plano, Relato, Troca, retire


class Ocupado(NaoFoi):
    """Another command changes what runs."""


@contextmanager
def alone(local: Local) -> Iterator[Amostras]:
    """Whoever has the port of the balancer's records is the only one that changes what runs.

    Raises Ocupado before anything is touched.
    """
    try:
        amostras = Amostras(local.estado.registro)
    except OSError:
        raise Ocupado("há outro comando em curso; uma troca interrompida volta por si") from None
    try:
        yield amostras
    finally:
        amostras.close()


def begin(local: Local, versao: Versao) -> None:
    """The first version, and the balancer. Raises NaoFoi, Recusado, OSError."""
    state = local.estado
    _refuse_to_replace(local, versao)
    local.pasta.open()
    local.folder.mkdir(mode=0o700, exist_ok=True)
    with alone(local):
        state.versoes[state.ativa] = versao
        state.parada = True
        local.save()
        local.start_balancer()
        local.expandir(state.ativa)
        local.contrair(state.ativa)
        state.parada = False
        local.save()
        for parte in Parte:
            local.iniciar(state.ativa, parte)


def switch(local: Local, versao: Versao, plano: Plano, conta: Callable[[str], None]) -> Relato:
    """From the colour that serves to the other one, or back. Raises NaoFoi before it begins."""
    para = local.estado.ativa.outra
    if local.balanceador.weights()[para]:
        raise NaoFoi(
            "há outra troca em curso; se ela foi cortada, `deploy voltar` devolve tudo a "
            f"{para.outra}"
        )
    with alone(local) as amostras:
        for parte in Parte:
            local.parar(para, parte)
        local.estado.versoes[para] = versao
        local.estado.anterior = None  # if one was kept, it has just ended
        local.save()
        portao = Portao(versao.nome, local.pasta.dev_key())
        relato = Troca(local.measuring(amostras), para, plano, portao.check, conta).run()
        if relato.revertida is None:
            local.estado.ativa, local.estado.anterior = para, para.outra
            local.save()
    return relato


def give_back(local: Local) -> None:
    """All requests to the colour that served before the last switch.

    Of a switch whose command was killed, that is the one it began from: the other was not believed
    yet. Raises NaoFoi where there is none, where it is gone, and in the middle of a switch.
    """
    with alone(local):
        before = local.estado.anterior
        if local.balanceador.weights()[local.estado.ativa.outra]:
            before = local.estado.ativa
        if before is None:
            raise NaoFoi("não há versão anterior à que voltar")
        if not local.atende(before):
            raise NaoFoi(f"{before} não atende mais: troque para aquela versão de novo")
        local.repartir(before, 100)
        local.estado.ativa, local.estado.anterior = before, None
        local.save()


def finish(local: Local, dreno: float, phase: Fase) -> None:
    """End the colour that gets nothing; then nobody needs what only it used of the database."""
    old = local.estado.ativa.outra
    if local.balanceador.weights()[old]:
        raise NaoFoi(f"{old} ainda recebe requisições")
    retire(local, old, dreno, phase)
    local.estado.anterior = None
    local.save()
    with phase("contrair o banco"):
        local.contrair(local.estado.ativa)


def end(local: Local) -> None:
    """Everything, and `deploy continuar` leaves it so. Raises Ocupado."""
    with alone(local):
        local.estado.parada = True
        local.save()
        for cor in Cor:
            if cor in local.estado.versoes:
                for parte in (Parte.FUNDO, Parte.WEB):
                    local.parar(cor, parte)
        local.stop_balancer()


def _refuse_to_replace(local: Local, versao: Versao) -> None:
    """Raises NaoFoi where another version works: the database would be changed beneath it."""
    try:
        kept = Local.found(local.pasta.path)
    except NaoFoi:
        return
    if kept.runs() and kept.estado.versoes != {local.estado.ativa: versao}:
        raise NaoFoi("já há uma versão no ar nesta pasta: use `deploy trocar`")
