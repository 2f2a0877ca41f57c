"""Admits requests, by organisation and by credential.

A request is judged by what this process knows, without waiting for anybody: the processes tell each
other what they counted some ten times a second (`shared`), so that together they may exceed a limit
by what arrives in that time. While Valkey is away each keeps to its share of the limit: what the
limit is, divided by the processes that were last seen.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from math import ceil
from typing import Final
from uuid import UUID

from redis.exceptions import RedisError

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import QUOTA_EXCEEDED, Indisponivel, Problema
from fiscalxml_server.kit.limits.agreements import Acordos
from fiscalxml_server.kit.limits.policies import WINDOW, Classe, defaults
from fiscalxml_server.kit.limits.shared import Contadores
from fiscalxml_server.kit.limits.window import Janela
from fiscalxml_server.kit.quotas.models import ORGANIZACAO
from fiscalxml_server.kit.settings import Settings

Headers = list[tuple[bytes, bytes]]
_TOGETHER_SECONDS: Final = 0.1  # between two exchanges
_ALONE_SECONDS: Final = 1.0  # before it is tried again
_UNKNOWN_PROCESSES: Final = 4  # where nobody was ever seen
_LOG = logging.getLogger(__name__)


class LimiteDeRequisicoes(Problema):
    status, codigo, titulo = 429, "limite_de_requisicoes", "Requisições demais"
    tipo = QUOTA_EXCEEDED
    explicacao = (
        "A organização, ou esta credencial, fez mais requisições deste tipo do que pode por "
        "minuto. RateLimit-Policy diz os limites, violated-policies, qual deles acabou, e "
        "Retry-After, em quantos segundos tentar de novo."
    )


class _Caller:
    """The windows of a credential in a class, its organisation's first."""

    __slots__ = ("janelas", "policy")

    def __init__(self, *janelas: Janela) -> None:
        self.janelas = tuple(each for each in janelas if each.limite)
        told = (f'"{each.nome}";q={each.limite};w={WINDOW}' for each in self.janelas)
        self.policy = ", ".join(told).encode()


# Medida: limites
class Limites:
    """The request limits of one process."""

    def __init__(
        self,
        settings: Settings,
        acordos: Acordos | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._defaults = defaults(settings)
        self._share = settings.limit_credential_share
        self._contadores = Contadores(settings)
        self._acordos = acordos
        self._agreed: dict[tuple[UUID, str], Mapping[Classe, int]] = {}
        self._clock = clock
        self._callers: dict[tuple[Classe, UUID, str], _Caller] = {}
        self._janelas: dict[str, Janela] = {}
        self._changed: dict[Janela, None] = {}
        self._alone = 0
        """among so many processes each limit is split now; 0 while they count together"""
        self._seen = 0
        self._swept = 0
        self._task: asyncio.Task[None] | None = None

    def admit(self, sujeito: Sujeito, classe: Classe) -> Headers:
        """Count a request; gives the headers of its answer. Raises `LimiteDeRequisicoes`."""
        key = (classe, sujeito.organizacao, sujeito.credencial)
        caller = self._callers.get(key) or self._meet(*key)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._exchange())
        if not caller.janelas:
            return []
        minutes = self._clock() / WINDOW
        numero = int(minutes)
        gone = minutes - numero
        least, nearest = -1, caller.janelas[0]
        for janela in caller.janelas:
            janela.turn(numero)
            left = janela.left(gone, self._alone) - 1
            if left < 0:
                self._refuse(caller, janela, gone)
            if least < 0 or left < least:
                least, nearest = left, janela
        for janela in caller.janelas:
            self._changed[janela] = None
            janela.take()
        reset = ceil((1 - gone) * WINDOW)
        now = b'"%b";r=%d;t=%d' % (nearest.nome.encode(), least, reset)
        return [(b"ratelimit-policy", caller.policy), (b"ratelimit", now)]

    async def close(self) -> None:
        """End the connections."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._contadores.close()

    def _meet(self, classe: Classe, organizacao: UUID, credencial: str) -> _Caller:
        agreed = self._agreed.get((organizacao, ORGANIZACAO), {})
        limit = agreed.get(classe, self._defaults[classe])
        agreed = self._agreed.get((organizacao, credencial), {})
        own = agreed.get(classe, ceil(limit * self._share))
        of_all = f"{classe}:{organizacao.hex}"
        caller = self._callers[classe, organizacao, credencial] = _Caller(
            self._janela(classe.value, of_all, limit),
            self._janela(f"{classe}-credencial", f"{of_all}:{credencial}", own),
        )
        return caller

    def _janela(self, nome: str, chave: str, limite: int) -> Janela:
        janela = self._janelas.setdefault(chave, Janela(nome, chave, limite))
        janela.limite = limite
        return janela

    def _refuse(self, caller: _Caller, janela: Janela, gone: float) -> None:
        wait = janela.wait(gone, self._alone)
        raise LimiteDeRequisicoes(
            f"O limite é de {janela.limite} requisições por minuto; espere {wait} s.",
            headers={
                "Retry-After": str(wait),
                "RateLimit-Policy": caller.policy.decode(),
                "RateLimit": f'"{janela.nome}";r=0;t={wait}',
            },
            **{"violated-policies": [janela.nome]},
        )

    async def _exchange(self) -> None:
        """Tell what was counted and hear what others did, as long as there is anything to tell."""
        again = True
        while again:
            await asyncio.sleep(_ALONE_SECONDS if self._alone else _TOGETHER_SECONDS)
            await self._learn()
            changed, self._changed = list(self._changed), {}
            counts = [(each.chave, each.numero, each.novos) for each in changed]
            for each in changed:  # those that come meanwhile are for the next time
                each.conhecidos += each.novos
                each.novos = 0
            try:
                self._seen, told = await self._contadores.add(counts)
            except (RedisError, OSError, TimeoutError) as error:
                self._keep_to_share(error)
            else:
                self._count_together()
                for each, (_, numero, _), (now, before) in zip(changed, counts, told, strict=True):
                    if each.numero == numero:
                        each.conhecidos, each.antes = now, before
            self._sweep()
            again = bool(self._changed)

    async def _learn(self) -> None:
        """Hear what was agreed; while that cannot be read, what is known holds."""
        try:
            changed = await self._acordos.changed() if self._acordos else []
        except Indisponivel:
            return
        for each in changed:
            self._agreed[each.organizacao, each.credencial] = each.limites
        organizacoes = {each.organizacao for each in changed}
        if organizacoes:  # they are met again, and their windows then know other limits
            self._callers = {
                key: each for key, each in self._callers.items() if key[1] not in organizacoes
            }

    def _count_together(self) -> None:
        if self._alone:
            self._alone = 0
            _LOG.info("request limits are shared again", extra={"part": "valkey"})

    def _keep_to_share(self, error: Exception) -> None:
        if not self._alone:
            _LOG.warning(
                "request limits are this process's share",
                extra={"part": "valkey", "error_type": type(error).__name__},
            )
        self._alone = self._seen or _UNKNOWN_PROCESSES

    def _sweep(self) -> None:
        """Forget, once in a window, who has not asked for two."""
        numero = int(self._clock() / WINDOW)
        if numero == self._swept:
            return
        self._swept = numero
        old = {key for key, each in self._janelas.items() if each.numero < numero - 1}
        self._janelas = {key: each for key, each in self._janelas.items() if key not in old}
        self._callers = {
            key: each
            for key, each in self._callers.items()
            if each.janelas and each.janelas[-1].chave not in old
        }
