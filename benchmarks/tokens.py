"""`PYTHONPATH=tests python -m benchmarks.tokens`: what it costs to know who asks, and how long what
was revoked lives on."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx2
import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey

from fiscalxml_server.kit.api_keys import new_key
from fiscalxml_server.kit.auth import ChavesLocais, Sujeito
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.service_identity import Identidade, new_service_key
from fiscalxml_server.kit.tokens import ALGORITHM, AUDIENCE, TYPE
from fiscalxml_server.kit.verifying import Verificador
from fiscalxml_server.kit.verifying.contas import Contas
from services.auth.everywhere import everywhere
from services.servers.postgres import migrate, new_database, start_postgres
from services.servers.running import server_folder
from services.servers.valkey import start_valkey

_ISSUER: Final = "https://auth.fiscalxml.local"
_TOKENS: Final = 2_000
_ROUNDS: Final = 5


def main() -> None:
    """Both, printed."""
    for name, micros in asyncio.run(_costs()).items():
        print(f"{name:42}{micros:8.1f} µs")
    print()
    for name, seconds in _lives().items():
        print(f"{name:42}{seconds:8.2f} s")


async def _costs() -> dict[str, float]:
    """Microseconds of processor time, the best of some rounds."""
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    chave = new_key(teste=False)
    private, _ = new_service_key("api")
    contas = Contas("http://contas", Identidade.of(private, _ISSUER), _wire(key))
    verificador = Verificador(ChavesLocais(()), contas, _ISSUER)
    tokens = [[_token(key) for _ in range(_TOKENS)] for _ in range(_ROUNDS)]
    first, again, by_key = [], [], []
    for each in tokens:
        await verificador.verify(_token(key))
        first.append(await _cost(each, verificador.verify))
        again.append(await _cost([each[0]] * _TOKENS, verificador.verify))
        await verificador.verify(chave)
        by_key.append(await _cost([chave] * _TOKENS, verificador.verify))
    await contas.close()
    return {
        "a token's first request": min(first),
        "the same token again": min(again),
        "an API key that was asked about": min(by_key),
    }


async def _cost(
    credentials: list[str], verify: Callable[[str], Coroutine[Any, Any, Sujeito | None]]
) -> float:
    begun = time.process_time()
    for each in credentials:
        if await verify(each) is None:
            raise AssertionError("it was refused")
    return (time.process_time() - begun) / len(credentials) * 1e6


def _token(key: ECKey) -> str:
    now = int(time.time())
    claims = {
        "iss": _ISSUER,
        "aud": AUDIENCE,
        "sub": f"pessoa:{uuid4()}",
        "iat": now,
        "exp": now + 300,
        "jti": str(uuid4()),
        "org": str(uuid4()),
        "papel": "operador",
        "sid": str(uuid4()),
        "amr": ["senha", "totp"],
        "auth_time": now,
    }
    header = {"alg": ALGORITHM, "kid": str(key.kid), "typ": TYPE}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])


def _wire(key: ECKey) -> httpx2.MockTransport:
    """The Auth Service without its costs."""
    sujeito = Sujeito(uuid4(), "chave", frozenset({Escopo.LER}), f"chave:{uuid4()}")
    answers = {
        "/interno/revogacoes": {
            "revogacoes": [],
            "epocas": [],
            "chaves": [key.as_dict(private=False)],
        },
        "/interno/introspeccao": {"ativa": True, "sujeito": msgspec.to_builtins(sujeito)},
    }
    return httpx2.MockTransport(
        lambda request: httpx2.Response(200, content=msgspec.json.encode(answers[request.url.path]))
    )


def _lives() -> dict[str, float]:
    """Seconds between a revocation and the last request that was served."""
    with (
        server_folder() as servers,
        server_folder() as folder,
        start_postgres(servers) as postgres,
        start_valkey(folder) as valkey,
        new_database(postgres, migrate(postgres, dict(os.environ))) as banco,
        everywhere(banco, valkey, Path(folder)) as sistema,
    ):
        found: dict[str, float] = {}
        for _ in range(_ROUNDS):
            for each in sistema.credentials():
                seconds = sistema.survives(each)
                found[each.nome] = max(found.get(each.nome, 0.0), seconds)
        return found


if __name__ == "__main__":
    main()
