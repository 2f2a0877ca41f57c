"""Users of every kind, at a steady pace, who repeat nothing: what fails once has failed.

Each keeps its connection, as programs do; so who drains a server must not cut what is kept.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import httpx2

import seeds
from fiscalxml.generator import Pedido, generate
from services.chaos.cargo import zip_of

from .place import Lugar
from .sending import Remessa

_XML: Final = {"Content-Type": "application/xml"}
_ZIP: Final = {"Content-Type": "application/zip"}
_TIMEOUT: Final = 30.0
_ACCOUNTS: Final = 6
_UPLOAD_SECONDS: Final = 4.0
_UPLOAD_PARTS: Final = 40


@dataclass
class Conta:
    """What came of all that was asked."""

    pedidos: Counter[str] = field(default_factory=Counter)
    falhas: list[str] = field(default_factory=list)
    segundos: list[float] = field(default_factory=list)
    """of validations"""
    retomadas: int = 0
    """streams of events that were cut, and taken up where they were"""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, failure: str | None = None) -> None:
        """One more of it."""
        with self.lock:
            self.pedidos[what] += 1
            if failure is not None:
                self.falhas.append(f"{time.strftime('%H:%M:%S')} {what}: {failure}")

    def p95(self) -> float:
        """Seconds, of validations."""
        times = sorted(self.segundos)
        return times[int(0.95 * len(times))] if times else 0.0


class Usuarios:
    """All of them, in threads, from `with` to its end."""

    def __init__(self, lugar: Lugar, remessa: Remessa, por_segundo: float) -> None:
        """`por_segundo`: validations of all who validate; `remessa`: what is uploaded slowly."""
        self.conta = Conta()
        self._lugar = lugar
        self._remessa = remessa
        self._ended = threading.Event()
        self._pace = por_segundo
        self._notes = [
            each.xml for each in generate(Pedido(quantidade=60, semente=7)) if each.tipo == "nfe"
        ]
        self._people = [_account(lugar, number) for number in range(_ACCOUNTS)]
        self._threads = [
            *(threading.Thread(target=self._validate, args=(turn,)) for turn in range(4)),
            threading.Thread(target=self._sign_in),
            threading.Thread(target=self._renew),
            threading.Thread(target=self._look_at_webhooks),
            threading.Thread(target=self._upload_slowly),
        ]

    def __enter__(self) -> Usuarios:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def follow(self, lote: str) -> None:
        """Until its end, in this thread; cut, it is taken up after the last event that was seen."""
        versions: list[int] = []
        while True:
            seen = {"Last-Event-ID": str(versions[-1])} if versions else {}
            try:
                ended = self._read_events(lote, seen, versions)
            except (
                httpx2.RemoteProtocolError
            ):  # cut in the middle of a stream: what SSE is made for
                ended = False
            except httpx2.HTTPError as error:
                self.conta.note("progresso", repr(error))
                return
            if ended or self._ended.is_set():
                break
            with self.conta.lock:
                self.conta.retomadas += 1
        rising = versions == sorted(set(versions))
        self.conta.note("progresso", None if rising else f"versions {versions}")

    def _read_events(self, lote: str, seen: dict[str, str], versions: list[int]) -> bool:
        with (
            self._client(self._lugar.base, self._lugar.chave) as client,
            client.stream("GET", f"/v1/lotes/{lote}/progresso", headers=seen) as answer,
        ):
            if answer.status_code == 204:
                return True
            assert answer.status_code == 200, answer.status_code
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    versions.append(int(line[4:]))
                if line.startswith("data: ") and json.loads(line[6:])["situacao"] == "concluido":
                    return True
        return False

    def _validate(self, turn: int) -> None:
        with self._client(self._lugar.base, self._lugar.chave) as client:
            for count in self._paced(self._pace / 4):
                note = self._notes[(count + turn) % len(self._notes)]

                def ask(note: bytes = note) -> httpx2.Response:
                    return client.post("/v1/validacoes", content=note, headers=_XML)

                began = time.monotonic()
                if self._ask("validações", ask, 200) is not None:
                    with self.conta.lock:
                        self.conta.segundos.append(time.monotonic() - began)

    def _sign_in(self) -> None:
        with self._client(self._lugar.base_auth) as client:
            for count in self._paced(0.5):
                email = self._people[count % len(self._people)]
                asked = {"email": email, "senha": seeds.SENHA}
                whence = {"X-Forwarded-For": f"10.0.{count // 250}.{count % 250}"}
                ask = partial(client.post, "/v1/sessoes", json=asked, headers=whence)
                self._ask("entradas", ask, 201)

    def _renew(self) -> None:
        with self._client(self._lugar.base_auth) as client:
            asked = {"email": self._people[-1], "senha": seeds.SENHA}
            sessao = client.post("/v1/sessoes", json=asked).json()
            for _ in self._paced(2):
                body = {"renovacao": sessao["renovacao"]}
                ask = partial(client.post, "/v1/sessoes/renovacao", json=body)
                answer = self._ask("renovações", ask, 200)
                if answer is None:
                    return
                sessao = answer.json()

    def _look_at_webhooks(self) -> None:
        with self._client(self._lugar.base_webhooks, self._lugar.chave) as client:
            for _ in self._paced(4):
                self._ask("webhooks", lambda: client.get("/v1/webhooks"), 200)

    def _upload_slowly(self) -> None:
        """One after the other, each over seconds: some are under way whenever something changes."""
        with self._client(self._lugar.base, self._lugar.chave) as client:
            while not self._ended.is_set():
                lote = self._remessa.lote()

                def ask(archive: bytes = zip_of(lote)) -> httpx2.Response:
                    return client.post("/v1/lotes", content=_slowly(archive), headers=_ZIP)

                answer = self._ask("envios lentos", ask, 202)
                if answer is not None:
                    self._remessa.note_lote(answer.json()["id"], lote)

    def _ask(
        self, what: str, ask: Callable[[], httpx2.Response], status: int
    ) -> httpx2.Response | None:
        """The answer where it is as it should be."""
        try:
            answer = ask()
        except httpx2.HTTPError as error:
            self.conta.note(what, repr(error))
            return None
        if answer.status_code != status:
            self.conta.note(what, f"{answer.status_code} {answer.text[:200]}")
            return None
        self.conta.note(what)
        return answer

    def _paced(self, a_second: float) -> Iterator[int]:
        """At its moments; those that are missed are not made up for."""
        count, due = 0, time.monotonic()
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            yield count
            count += 1
            due = max(due + 1 / a_second, time.monotonic() - 1)

    def _client(self, base: str, chave: str | None = None) -> httpx2.Client:
        headers = {"Authorization": f"Bearer {chave}"} if chave else {}
        return httpx2.Client(base_url=base, headers=headers, timeout=_TIMEOUT, trust_env=False)


def _slowly(data: bytes) -> Iterator[bytes]:
    step = max(1, len(data) // _UPLOAD_PARTS)
    for at in range(0, len(data), step):
        yield data[at : at + step]
        time.sleep(_UPLOAD_SECONDS / _UPLOAD_PARTS)


def _account(lugar: Lugar, number: int) -> str:
    """Somebody who signed up; the e-mail is printed by the Auth Service. Gives the address."""
    email = f"ana.{number}@{seeds.DOMINIO}"
    asked: dict[str, Any] = {
        "nome": seeds.PESSOAS[0],
        "email": email,
        "senha": seeds.SENHA,
        "organizacao": f"Padaria {number}",
    }
    headers = {"X-Forwarded-For": f"10.1.0.{number + 1}"}
    base = {"base_url": lugar.base_auth, "headers": headers, "timeout": _TIMEOUT}
    with httpx2.Client(**base, trust_env=False) as client:  # type: ignore[arg-type]
        assert client.post("/v1/cadastro", json=asked).status_code == 202
        deadline = time.monotonic() + 60
        while (codigo := _letter(lugar, email)) is None:
            assert time.monotonic() < deadline, "no e-mail came"
            time.sleep(0.05)
        confirmed = {"codigo": codigo, "senha": seeds.SENHA}
        answer = client.post("/v1/cadastro/confirmacao", json=confirmed)
        assert answer.status_code == 201, answer.text
    return email


def _letter(lugar: Lugar, email: str) -> str | None:
    printed = lugar.text_of(lugar.local.estado.ativa, "auth")
    found = re.search(rf"{re.escape(email)}.*?#codigo=(\S+)", printed, re.DOTALL)
    return None if found is None else found[1]
