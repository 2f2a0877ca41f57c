"""HAProxy between users and both colours: its configuration, and what it is told while it runs.

Why it: weights to the half percent, drain, and each server's open connections are commands on a
socket; traefik reads a file again for the first, and has no word for the other two.
"""

from __future__ import annotations

import csv
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fiscalxml_ops.deploy.colours import Cor
from fiscalxml_ops.deploy.samples import LOG_FORMAT

WHOLE: Final = 200
"""sum of both weights (256 is the most of one): half a percent can be told apart"""
_ANSWER_SECONDS: Final = 5

_TOP = """\
# Made by fiscalxml_ops.deploy.haproxy; see ops/deploy/README.md.
global
    stats socket {socket} mode 600 level admin
    stats timeout 1m
    log 127.0.0.1:{log} format raw local0

defaults
    mode http
    log global
    log-format "{log_format}"
    option forwardfor
    timeout connect 2s
    timeout http-request 30s
    timeout http-keep-alive 60s
    # A stream of events sends a comment each 15 s; a DANFE may take 70 s.
    timeout client 90s
    timeout server 90s
    timeout queue 5s
    # Of a check: a process that is busy for a second is not away, and with it all of its colour.
    timeout check 3s
    # Again only where nothing was sent: a request that may have had an effect is never repeated.
    retries 3
    retry-on conn-failure
    option redispatch 1
    # Idle connections are let go of long before granian closes them (30 s).
    http-reuse safe
    default-server check inter 500ms fall 2 rise 1 pool-purge-delay 1s
    # Alive, not ready: a database that is away is away for both colours.
    option httpchk GET /saude
    http-check expect status 200
    http-error status 502 content-type application/problem+json string '{p502}'
    http-error status 503 content-type application/problem+json string '{p503}'
    http-error status 504 content-type application/problem+json string '{p504}'
"""
_ROLE = """
frontend {papel}
    bind 127.0.0.1:{porta}
    default_backend {papel}

backend {papel}
    balance roundrobin
{servers}"""
_SERVER = "    server {cor} 127.0.0.1:{porta} weight {weight}\n"
_PROBLEM = (
    '{{"type": "about:blank", "title": "{title}", "status": {status}, "codigo": "{codigo}", '
    '"detail": "{detail}"}}'
)
_PROBLEMS = {
    "p502": (502, "resposta_perdida", "O serviço não respondeu", "Confira antes de repetir."),
    "p503": (503, "indisponivel", "O serviço está indisponível", "Tente de novo em instantes."),
    "p504": (504, "demorou", "O serviço demorou demais", "Confira antes de repetir."),
}


def configuration(
    soquete: Path,
    log: int,
    entradas: Mapping[str, int],
    servidores: Mapping[Cor, Mapping[str, int]],
    ativa: Cor,
) -> str:
    """haproxy.cfg. `entradas`: role -> port of users; `servidores`: of each colour the same.

    The colour that is not `ativa` gets nothing until it is told otherwise.
    """
    problems = {
        name: _PROBLEM.format(status=status, codigo=codigo, title=title, detail=detail)
        for name, (status, codigo, title, detail) in _PROBLEMS.items()
    }
    top = _TOP.format(socket=soquete, log=log, log_format=LOG_FORMAT, **problems)
    roles = (
        _ROLE.format(
            papel=papel,
            porta=porta,
            servers="".join(
                _SERVER.format(
                    cor=cor, porta=servidores[cor][papel], weight=WHOLE if cor is ativa else 0
                )
                for cor in Cor
            ),
        )
        for papel, porta in entradas.items()
    )
    return top + "".join(roles)


class Balanceador:
    """A running HAProxy, by its socket. Every call raises OSError where it is not there."""

    def __init__(self, soquete: Path, papeis: tuple[str, ...]) -> None:
        self._soquete = soquete
        self._papeis = papeis

    def weigh(self, cor: Cor, por_cento: int) -> None:
        """So many of new requests of each role for this colour, the rest for the other."""
        weight = round(WHOLE * por_cento / 100)
        # The one that gets more first: at no moment has nobody a weight.
        pairs = sorted([(cor, weight), (cor.outra, WHOLE - weight)], key=lambda pair: -pair[1])
        commands = [
            f"set server {papel}/{each} weight {share}"
            for each, share in pairs
            for papel in self._papeis
        ]
        if told := self.tell("; ".join(commands)).strip():
            raise OSError(told)

    def takes(self, cor: Cor) -> bool:
        """Whether its servers are all up for the balancer."""
        return all(row["status"].startswith("UP") for row in self._rows(cor))

    def found_well(self, cor: Cor) -> bool:
        """Whether each has answered its last check, too: before the first ones all count as up."""
        return self.takes(cor) and all("L7OK" in row["check_status"] for row in self._rows(cor))

    def weights(self) -> Mapping[Cor, int]:
        """As they are now, of the first role."""
        return {cor: int(next(iter(self._rows(cor)))["weight"]) for cor in Cor}

    def connections(self, cor: Cor) -> int:
        """In use, to its servers. Idle ones do not count: who has no weight is not chosen, so none
        of them can be taken up at the moment when the server closes it."""
        return sum(int(row["scur"]) for row in self._rows(cor))

    def ended(self, cor: Cor) -> int:
        """Requests that its servers had and have no more, since HAProxy was started; not those that
        were refused and sent to the other colour, which the log tells of that one."""
        return sum(
            int(row["stot"]) - int(row["scur"]) - int(row["wredis"]) for row in self._rows(cor)
        )

    def tell(self, command: str) -> str:
        """Its answer."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_ANSWER_SECONDS)
            connection.connect(str(self._soquete))
            connection.sendall(f"{command}\n".encode())
            answer = b""
            while part := connection.recv(65536):
                answer += part
        return answer.decode()

    def _rows(self, cor: Cor) -> list[dict[str, str]]:
        table = self.tell("show stat").removeprefix("# ").splitlines()
        return [
            row
            for row in csv.DictReader(table)
            if row["pxname"] in self._papeis and row["svname"] == cor
        ]
