"""A run of `send` or `watch`: its client and its state, and faults as words and an exit code."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import click

from fiscalxml.cli.inputs import why
from fiscalxml.cli.sending_view import Andamento
from fiscalxml.cli.service_options import Servico
from fiscalxml.cli.terminal import safe
from fiscalxml.client import Cliente, FalhaDoCliente, Politica
from fiscalxml.client.problems import ErroDoServico
from fiscalxml.sending.envio import Envio
from fiscalxml.sending.files import shown
from fiscalxml.sending.persistence import Desistencia
from fiscalxml.sending.state import Estado, EstadoEmUso, EstadoEstranho


class Recusado(Exception):
    """The run cannot go on; the text says why."""


class Meios(NamedTuple):
    """What a run works with."""

    estado: Estado
    envio: Envio


@contextmanager
def connected(servico: Servico, andamento: Andamento, paciencia: float | None) -> Iterator[Meios]:
    """The service, once it knows the credential. Raises `Recusado`, also for what the block raises.

    `paciencia`: seconds to wait for a service that is away; None: for ever.
    """
    try:
        # Every request can be repeated, and is by `Envio`, which says so meanwhile.
        with (
            _opened(servico) as estado,
            Cliente(servico.url, servico.credencial, politica=Politica(tentativas=1)) as cliente,
        ):
            envio = Envio(cliente, estado, andamento, paciencia)
            envio.enter(servico.credencial)
            yield Meios(estado, envio)
    except sqlite3.Error as error:
        raise Recusado(_of_sqlite(servico, error)) from None
    except Desistencia as error:
        raise Recusado(
            f"{error} Nada se perde: rode de novo o mesmo comando, e só vai o que falta."
        ) from None
    except ErroDoServico as error:
        raise Recusado(f"o serviço recusou: {error}") from None
    except FalhaDoCliente as error:
        raise Recusado(str(error)) from None


def _opened(servico: Servico) -> Estado:
    """Raises `Recusado`, sqlite3.Error."""
    try:
        return Estado(servico.estado)
    except EstadoEmUso:
        raise Recusado(
            f"outro fiscalxml send ou watch usa {_place(servico)}; espere que ele termine, "
            "ou dê outro arquivo em --estado."
        ) from None
    except EstadoEstranho:
        raise Recusado(
            f"{_place(servico)} não pôde ser usado: não é um arquivo de estado, ou está danificado."
            " Dê outro em --estado, ou apague-o: o serviço reconhece o que já tem."
        ) from None
    except OSError as error:
        raise Recusado(f"não foi possível usar {_place(servico)}: {why(error)}.") from None


def _of_sqlite(servico: Servico, error: sqlite3.Error) -> str:
    if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
        return f"não há espaço no disco para {_place(servico)}."
    return f"{_place(servico)} não pôde ser gravado ({error.sqlite_errorname})."


def told(refusal: Recusado) -> int:
    """Say why, and give the exit code."""
    click.secho(f"Erro: {safe(str(refusal))}", fg="red", err=True)
    return 2


def _place(servico: Servico) -> str:
    return safe(shown(str(servico.estado)))
