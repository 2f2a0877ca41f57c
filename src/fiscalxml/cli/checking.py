"""`webhooks check`: whether a receiver takes what is the service's, and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Final, NamedTuple
from uuid import UUID, uuid4

import click

from fiscalxml.cli.forwarding import Ausente, Receptor
from fiscalxml.cli.listening_view import answer
from fiscalxml.cli.terminal import console, safe
from fiscalxml.webhooks import Signer, new_secret
from fiscalxml.webhooks.signing import ID, SIGNATURE

_OLD: Final = 3600  # seconds


class Prova(NamedTuple):
    """A request, and whether it should be taken."""

    nome: str
    aceitar: bool
    cabecalhos: Mapping[str, str]
    corpo: bytes


def check_receiver(url: str, segredo: str, stdout: IO[str]) -> int:
    """Says how it answers; gives the exit code."""
    receptor, out, right = Receptor(url), console(stdout), True
    for prova in _trials(segredo):
        try:
            resposta = receptor.post(prova.corpo, prova.cabecalhos)
        except Ausente as error:
            click.secho(f"Erro: o receptor não atende: {safe(str(error))}.", fg="red", err=True)
            return 2
        answered = resposta.status is not None and (
            resposta.aceitou if prova.aceitar else 400 <= resposta.status < 500
        )
        right = right and answered
        wanted = "deve aceitar (2xx)" if prova.aceitar else "deve recusar (4xx)"
        line = f"{'✔' if answered else '✖'} {prova.nome}: {wanted} → {safe(answer(resposta))}"
        out.print(line, soft_wrap=True, markup=False, highlight=False)
    return 0 if right else 1


def _trials(segredo: str) -> Iterator[Prova]:
    mine, other, now = Signer([segredo]), Signer([new_secret()]), int(time.time())
    id_ = uuid4()
    corpo, key = _body(id_), str(id_)
    good = mine.headers(key, now, corpo)
    yield Prova("bem assinada", True, good, corpo)
    yield Prova("a mesma outra vez", True, good, corpo)
    both = f"{other.sign(key, now, corpo)} {good[SIGNATURE]}"
    yield Prova("assinada por dois segredos, numa troca", True, {**good, SIGNATURE: both}, corpo)
    yield Prova("assinada por outro segredo", False, other.headers(key, now, corpo), corpo)
    yield Prova("antiga", False, mine.headers(key, now - _OLD, corpo), corpo)
    yield Prova("do futuro", False, mine.headers(key, now + _OLD, corpo), corpo)
    yield Prova("com o corpo mudado", False, good, corpo.replace(b"teste", b"testa"))
    yield Prova("com outro id", False, {**good, ID: str(uuid4())}, corpo)
    unsigned = {name: value for name, value in good.items() if name != SIGNATURE}
    yield Prova("sem assinatura", False, unsigned, corpo)
    yield Prova("sem cabeçalhos", False, {}, corpo)
    yield Prova("com assinatura que não é base64", False, {**good, SIGNATURE: "v1,!!!"}, corpo)


def _body(id_: UUID) -> bytes:
    return json.dumps(
        {
            "id": str(id_),
            "tipo": "webhook.teste",
            "versao": 1,
            "em": datetime.now(UTC).isoformat(),
            "organizacao": str(UUID(int=0)),
            "dados": {"assinatura": str(UUID(int=0)), "link": f"/v1/webhooks/{UUID(int=0)}"},
        }
    ).encode()
