"""Finds out what is new, sends it, and reads what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Final, Protocol, TypeVar

import msgspec

from fiscalxml.client import Cliente, Fonte, Item, Lote, Membro, zip_body
from fiscalxml.client.errors import FalhaDoCliente
from fiscalxml.client.problems import (
    ChaveReutilizada,
    ErroDoServico,
    NaoAutenticado,
    NaoEncontrado,
    SemPermissao,
)
from fiscalxml.sending.contents import Conteudo, Mudou, read_content, same_content
from fiscalxml.sending.files import Arquivo, Encontrado, NaoLido
from fiscalxml.sending.outcomes import EXAMPLES, of_archive, of_documents
from fiscalxml.sending.persistence import Persistencia
from fiscalxml.sending.state import Estado, Parte, Remessa, Resultado

T = TypeVar("T")

MAX_FILES: Final = 2_000
MAX_BYTES: Final = 64 * 1024 * 1024
"""of the files in one remessa; a larger file goes alone"""
_SKEW: Final = timedelta(days=1)  # how far the clocks of both machines may be apart
_POLL_SECONDS: Final = (0.2, 3.0)
_BAD: Final = ("invalido", "conflito", "ilegivel", "falha")


class Observador(Protocol):
    """Is told how it goes."""

    def found(self) -> None:
        """A file was found."""

    def unread(self, nao_lido: NaoLido) -> None: ...

    def changed(self, caminho: str) -> None:
        """A file changed, or went, between being found and being sent."""

    def bytes_sent(self, number: int) -> None: ...

    def sent(self, arquivos: int) -> None:
        """The service has taken a remessa of so many files."""

    def processing(self, lote: Lote) -> None: ...

    def refused(self, partes: list[Parte], erro: ErroDoServico) -> None: ...

    def concluded(self, lote: Lote, resultados: Iterable[Resultado]) -> None: ...

    def waiting(self, motivo: FalhaDoCliente, segundos: float) -> None:
        """The service is away, or busy; it is asked again so soon."""


class Resumo(msgspec.Struct):
    """What a run did, in files."""

    arquivos: int = 0
    enviados: int = 0
    ja_enviados: int = 0
    repetidos: int = 0
    alheios: int = 0
    nao_lidos: int = 0
    mudados: int = 0
    lotes: int = 0


class Envio:
    """Of one account at one service."""

    def __init__(
        self, cliente: Cliente, estado: Estado, observador: Observador, paciencia: float | None
    ) -> None:
        """`paciencia`: seconds to wait for a service that is away; None: for ever."""
        self._cliente = cliente
        self._estado = estado
        self._observador = observador
        self._persistencia = Persistencia(paciencia, observador.waiting)
        self.resumo = Resumo()

    def enter(self, credencial: str) -> None:
        """Find the account of a credential, and finish what an earlier run left.

        Raises `FalhaDoCliente` where the service does not answer it.
        """
        self._ask(lambda: list(islice(self._cliente.lotes(por_pagina=1), 1)))
        conta = self._estado.account(credencial)
        self._estado.enter(credencial, conta if conta is not None else self._known_account())
        for remessa in self._estado.planned():
            self._resume(remessa)
        self.collect(wait=False)

    def offer(self, encontrados: Iterable[Encontrado]) -> None:
        """Send what is new of these files. Raises `FalhaDoCliente`."""
        group: dict[bytes, tuple[Parte, Arquivo]] = {}
        size = 0
        for arquivo, conteudo in self._new(encontrados, group):
            parte = Parte(conteudo.sha256, arquivo.caminho, arquivo.nome, arquivo.tamanho)
            if conteudo.especie == "arquivo":
                self._send_new(arquivo.nome, [parte], archive=True)
                continue
            if group and (len(group) >= MAX_FILES or size + arquivo.tamanho > MAX_BYTES):
                self._send_new(*_labelled(group), archive=False)
                group.clear()
                size = 0
            group[parte.sha256] = (parte, arquivo)
            size += arquivo.tamanho
        if group:
            self._send_new(*_labelled(group), archive=False)

    def collect(self, *, wait: bool) -> None:
        """Read what became of the remessas that have ended; of all, if there is time to wait."""
        for remessa in self._estado.sent():
            try:
                lote = self._ended(remessa, wait=wait)
                if lote is not None:
                    self._conclude(remessa, lote)
            except NaoEncontrado:
                self._estado.forget(remessa)  # the service does not have it any more

    def _known_account(self) -> int | None:
        """The account whose lotes this new credential can read: it is of the same organisation."""
        for conta, lote in self._estado.accounts():
            try:
                self._ask(partial(self._cliente.lote, lote))
            except NaoEncontrado:
                continue
            return conta
        return None

    def _new(
        self, encontrados: Iterable[Encontrado], group: dict[bytes, tuple[Parte, Arquivo]]
    ) -> Iterator[tuple[Arquivo, Conteudo]]:
        """The files whose content is in no remessa yet, nor in the `group` that is being made."""
        for found in encontrados:
            if isinstance(found, NaoLido):
                self._unread(found)
                continue
            try:
                conteudo = self._content(found)
            except OSError as error:
                self._unread(NaoLido(found.caminho, error, found.nomeado))
                continue
            self.resumo.arquivos += 1
            self._observador.found()
            if conteudo.especie == "alheio":
                self.resumo.alheios += 1
                continue
            first = self._estado.see(conteudo.sha256)
            if conteudo.sha256 in group:
                self.resumo.repetidos += 1
            elif self._estado.has(conteudo.sha256):
                self.resumo.ja_enviados += first
                self.resumo.repetidos += not first
            else:
                yield found, conteudo

    def _content(self, arquivo: Arquivo) -> Conteudo:
        """Raises OSError."""
        known = self._estado.content(arquivo)
        if known is not None and not (known.especie == "alheio" and arquivo.nomeado):
            return known
        found = read_content(arquivo.caminho, arquivo.nome, judge_nature=not arquivo.nomeado)
        self._estado.keep_content(arquivo, found)
        return found

    def _unread(self, nao_lido: NaoLido) -> None:
        self.resumo.nao_lidos += 1
        self._observador.unread(nao_lido)

    def _send_new(self, label: str, partes: list[Parte], *, archive: bool) -> None:
        """Plan a remessa and send it; without what has changed since."""
        while partes:
            remessa = self._estado.plan(label, partes, arquivo=archive)
            try:
                self._send(remessa, partes)
            except Mudou as changed:
                self._estado.forget(remessa)
                partes = [each for each in partes if each.caminho != changed.caminho]
                self.resumo.mudados += 1
                self._observador.changed(changed.caminho)
            else:
                return

    def _resume(self, remessa: Remessa) -> None:
        """A remessa of an earlier run, which may have arrived."""
        lote = self._find(remessa)
        partes = self._estado.parts(remessa)
        if lote is not None:
            self._accepted(remessa, lote, partes)
            return
        try:
            self._send(remessa, partes)
        except Mudou:
            self._estado.forget(remessa)  # what is left of it is new

    def _send(self, remessa: Remessa, partes: list[Parte]) -> None:
        """Raises `Mudou`, `FalhaDoCliente`."""
        fonte = _source(remessa, partes, self._observador.bytes_sent)
        tipo = "application/octet-stream" if remessa.arquivo else "application/zip"
        try:
            lote = self._persistencia.call(
                partial(self._cliente.enviar_corpo, fonte, tipo, remessa.nome, remessa.chave),
                may_be_at_fault=True,
            )
        except (NaoAutenticado, SemPermissao):
            raise
        except ChaveReutilizada:
            # It arrived before, written in other bytes by another version of zlib.
            found = self._find(remessa)
            if found is None:
                raise
            lote = found
        except ErroDoServico as refusal:
            self._estado.refuse(remessa, refusal.detalhe)
            self._observador.refused(partes, refusal)
            return
        self._accepted(remessa, lote, partes)

    def _accepted(self, remessa: Remessa, lote: Lote, partes: list[Parte]) -> None:
        self._estado.accept(remessa, lote.id)
        self.resumo.enviados += len(partes)
        self.resumo.lotes += 1
        self._observador.sent(len(partes))

    def _find(self, remessa: Remessa) -> Lote | None:
        """The lote that this remessa became, if it arrived."""
        since = datetime.fromtimestamp(remessa.criada, UTC) - _SKEW

        def search() -> Lote | None:
            for lote in self._cliente.lotes():
                if lote.nome == remessa.nome:
                    return lote
                if lote.criado_em < since:
                    return None
            return None

        return self._ask(search)

    def _ended(self, remessa: Remessa, *, wait: bool) -> Lote | None:
        """Raises `NaoEncontrado`."""
        assert remessa.lote is not None  # noqa: S101 - the service has taken it
        pause = _POLL_SECONDS[0]
        while True:
            lote = self._ask(partial(self._cliente.lote, remessa.lote))
            self._observador.processing(lote)
            if lote.terminou:
                return lote
            if not wait:
                return None
            time.sleep(pause)
            pause = min(pause * 1.5, _POLL_SECONDS[1])

    def _conclude(self, remessa: Remessa, lote: Lote) -> None:
        partes = self._estado.parts(remessa)
        if remessa.arquivo:
            itens = self._ask(partial(self._examples, lote))
            resultados = of_archive(partes[0], lote, itens)
        else:
            itens = self._ask(lambda: list(self._cliente.itens(lote.id)))
            resultados = of_documents(partes, lote, itens)
        self._estado.conclude(remessa, resultados)
        self._observador.concluded(lote, resultados.values())

    def _examples(self, lote: Lote) -> list[Item]:
        return [
            item
            for desfecho in _BAD
            if getattr(lote.contagens, desfecho)
            for item in islice(
                self._cliente.itens(lote.id, desfecho=desfecho, por_pagina=EXAMPLES), EXAMPLES
            )
        ]

    def _ask(self, ask: Callable[[], T]) -> T:
        return self._persistencia.call(ask)


def _labelled(group: dict[bytes, tuple[Parte, Arquivo]]) -> tuple[str, list[Parte]]:
    """The label of a remessa, and its parts, whose names are their own."""
    partes: list[Parte] = []
    used: set[str] = set()
    for parte, _ in group.values():
        name, number = parte.nome, 1
        while name in used:
            number += 1
            folder, slash, file = parte.nome.rpartition("/")
            name = f"{folder}{slash}{number}-{file}"
        used.add(name)
        partes.append(msgspec.structs.replace(parte, nome=name))
    return partes[0].nome.partition("/")[0], partes


def _source(remessa: Remessa, partes: list[Parte], told: Callable[[int], None]) -> Fonte:
    """The body of a remessa: the same bytes each time, or `Mudou`."""
    if remessa.arquivo:
        only = partes[0]
        return Fonte(partial(same_content, only.caminho, only.sha256, told), only.tamanho)
    members = [
        Membro(parte.nome, partial(same_content, parte.caminho, parte.sha256, told))
        for parte in partes
    ]
    return zip_body(lambda: members)
