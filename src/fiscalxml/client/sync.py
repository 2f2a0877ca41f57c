"""The client that waits: drives the steps of operations with `httpx2.Client`."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import httpx2

from fiscalxml.client.operations import busca as _busca
from fiscalxml.client.operations import catalogo as _catalogo
from fiscalxml.client.operations import documentos as _documentos
from fiscalxml.client.operations import entregas as _entregas
from fiscalxml.client.operations import exportacoes as _exportacoes
from fiscalxml.client.operations import lotes as _lotes
from fiscalxml.client.operations import notificacoes as _notificacoes
from fiscalxml.client.operations import revalidacoes as _revalidacoes
from fiscalxml.client.operations import validacoes as _validacoes
from fiscalxml.client.operations import webhooks as _webhooks
from fiscalxml.client.retries import Politica, retrying
from fiscalxml.client.steps import (
    Abrir,
    Dormir,
    Entregar,
    Enviar,
    Fluxo,
    LerEvento,
    Passo,
    Passos,
    Pedido,
    Resposta,
)
from fiscalxml.client.transport import (
    adapt,
    answer_of,
    asked_at,
    configuring,
    event_of,
    http_settings,
    reaching_service,
    request_arguments,
    webhooks_address,
)

P = ParamSpec("P")
T = TypeVar("T")


class Motor:
    """Runs steps."""

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        webhooks_url: str | None = None,
        prazo: float = 60.0,
        politica: Politica | None = None,
        http: dict[str, Any] | None = None,
    ) -> None:
        """`url`, `token`: else FISCALXML_URL and FISCALXML_TOKEN. `webhooks_url`: of the Webhook
        Service, else FISCALXML_WEBHOOKS_URL, else it is at `url`, too. `prazo`: seconds without a
        byte after which an answer is given up. `http`: further arguments of `httpx2.Client`
        (verify, cert, proxy, limits, transport). Raises `ConfiguracaoInvalida`.
        """
        with configuring():
            http_given = http_settings(url, token, prazo)
            self._http = httpx2.Client(**http_given, **(http or {}))
            self._webhooks = webhooks_address(webhooks_url, self._http.base_url)
        self._politica = politica or Politica()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def run(self, steps: Passos[T]) -> T:
        """What an operation ends in."""
        driven = self._drive(steps)
        while True:
            try:
                next(driven)
            except StopIteration as ended:
                return ended.value  # type: ignore[no-any-return]

    def iterate(self, steps: Fluxo[T]) -> Iterator[T]:
        """What an operation hands over."""
        yield from self._drive(steps)

    def _drive(self, steps: Fluxo[T] | Passos[T]) -> Generator[T, None, Any]:
        retried = retrying(steps, self._politica)
        result: object = None
        failure: Exception | None = None
        with ExitStack() as held:
            held.callback(retried.close)
            stream = _Stream(self._http, self._webhooks, held.enter_context(ExitStack()))
            while True:
                try:
                    step = retried.send(result) if failure is None else retried.throw(failure)
                except StopIteration as ended:
                    return ended.value
                result, failure = None, None
                if isinstance(step, Entregar):
                    yield step.valor
                    continue
                try:
                    result = stream.do(step)
                except Exception as error:  # noqa: BLE001 - the steps deal with it, or let it through
                    failure = error


class _Stream:
    """Does the steps that touch the world; `held` has what is open."""

    def __init__(self, http: httpx2.Client, webhooks: httpx2.URL, held: ExitStack) -> None:
        self._http = http
        self._webhooks = webhooks
        self._held = held
        self._events: Iterator[httpx2.ServerSentEvent] = iter(())
        self._pieces: Iterator[bytes] = iter(())

    def do(self, step: Passo) -> object:
        if isinstance(step, Dormir):
            time.sleep(step.segundos)
            return None
        with reaching_service(asked_at(step, self._http.base_url, self._webhooks)):
            if isinstance(step, Enviar):
                return self._send(step.pedido)
            if isinstance(step, Abrir):
                return self._open(step.pedido)
            if isinstance(step, LerEvento):
                event = next(self._events, None)
                return None if event is None else event_of(event)
            return next(self._pieces, b"")

    def _send(self, pedido: Pedido) -> Resposta:
        response = self._http.send(self._request(pedido))
        return answer_of(response, response.content)

    def _open(self, pedido: Pedido) -> Resposta:
        self._held.close()
        response = self._http.send(self._request(pedido), stream=True)
        self._held.callback(response.close)
        if response.status_code >= 400:
            return answer_of(response, response.read())
        self._events, self._pieces = iter(httpx2.EventSource(response)), response.iter_bytes()
        return answer_of(response, b"")

    def _request(self, pedido: Pedido) -> httpx2.Request:
        corpo = pedido.corpo
        whole = corpo is None or isinstance(corpo, bytes)
        request = self._http.build_request(
            content=corpo if corpo is None or isinstance(corpo, bytes) else corpo.abrir(),
            **request_arguments(pedido, self._webhooks),
        )
        return adapt(request, pedido, None if whole else corpo.tamanho)  # type: ignore[union-attr]


def _call(operation: Callable[P, Passos[T]]) -> Callable[Concatenate[Motor, P], T]:
    @wraps(operation)
    def method(self: Motor, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.run(operation(*args, **kwargs))

    return method


def _each(operation: Callable[P, Fluxo[T]]) -> Callable[Concatenate[Motor, P], Iterator[T]]:
    @wraps(operation)
    def method(self: Motor, /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        return self.iterate(operation(*args, **kwargs))

    return method


class Cliente(Motor):
    """Every operation of the service. Each is documented where it stands, in `operations`.

    Raises `FalhaDoCliente` and its kinds: `problems` for what the service refuses, `FalhaDeRede`.
    """

    validar = _call(_validacoes.validar)
    resumir = _call(_validacoes.resumir)
    resumir_tags = _call(_validacoes.resumir_tags)

    guardar = _call(_documentos.guardar)
    documento = _call(_documentos.documento)
    xml = _call(_documentos.xml)
    relatorio = _call(_documentos.relatorio)
    relatorio_impresso = _call(_documentos.relatorio_impresso)
    resumo = _call(_documentos.resumo)
    danfe = _call(_documentos.danfe)
    validacoes = _each(_documentos.validacoes)
    eventos = _call(_documentos.eventos)
    grafo = _call(_documentos.grafo)

    procurar = _each(_busca.procurar)
    totais = _call(_busca.totais)
    mudancas = _each(_busca.mudancas)
    causas = _call(_busca.causas)
    causas_impressas = _call(_busca.causas_impressas)
    causas_do_lote = _call(_busca.causas_do_lote)
    causas_do_lote_impressas = _call(_busca.causas_do_lote_impressas)

    enviar = _call(_lotes.enviar)
    enviar_fluxo = _call(_lotes.enviar_fluxo)
    enviar_documentos = _call(_lotes.enviar_documentos)
    enviar_corpo = _call(_lotes.enviar_corpo)
    enviar_direto = _call(_lotes.enviar_direto)
    preparar_envio = _call(_lotes.preparar_envio)
    lotes = _each(_lotes.lotes)
    lote = _call(_lotes.lote)
    itens = _each(_lotes.itens)
    acompanhar = _each(_lotes.acompanhar)
    esperar = _call(_lotes.esperar)

    exportar = _call(_exportacoes.exportar)
    pedir_exportacao = _call(_exportacoes.pedir_exportacao)
    exportacoes = _each(_exportacoes.exportacoes)
    exportacao = _call(_exportacoes.exportacao)
    esperar_exportacao = _call(_exportacoes.esperar_exportacao)
    baixar_exportacao = _call(_exportacoes.baixar_exportacao)
    cancelar_exportacao = _call(_exportacoes.cancelar_exportacao)

    revalidar = _call(_revalidacoes.revalidar)
    revalidacoes = _each(_revalidacoes.revalidacoes)
    revalidacao = _call(_revalidacoes.revalidacao)
    cancelar_revalidacao = _call(_revalidacoes.cancelar_revalidacao)
    acompanhar_revalidacao = _each(_revalidacoes.acompanhar_revalidacao)
    esperar_revalidacao = _call(_revalidacoes.esperar_revalidacao)
    itens_da_revalidacao = _each(_revalidacoes.itens_da_revalidacao)
    causas_da_revalidacao = _call(_revalidacoes.causas_da_revalidacao)
    participantes_da_revalidacao = _each(_revalidacoes.participantes_da_revalidacao)

    regras = _each(_catalogo.regras)
    regra = _call(_catalogo.regra)
    chave = _call(_catalogo.chave)
    uso = _call(_catalogo.uso)

    criar_webhook = _call(_webhooks.criar_webhook)
    webhooks = _each(_webhooks.webhooks)
    webhook = _call(_webhooks.webhook)
    alterar_webhook = _call(_webhooks.alterar_webhook)
    remover_webhook = _call(_webhooks.remover_webhook)
    pausar_webhook = _call(_webhooks.pausar_webhook)
    retomar_webhook = _call(_webhooks.retomar_webhook)
    testar_webhook = _call(_webhooks.testar_webhook)
    segredo_de_webhook = _call(_webhooks.segredo_de_webhook)
    trocar_segredo_de_webhook = _call(_webhooks.trocar_segredo_de_webhook)
    remover_segredo_anterior_de_webhook = _call(_webhooks.remover_segredo_anterior_de_webhook)

    entregas = _each(_entregas.entregas)
    entrega = _call(_entregas.entrega)
    saude_de_webhook = _call(_entregas.saude_de_webhook)
    reenviar_entrega = _call(_entregas.reenviar_entrega)
    reenviar_entregas = _call(_entregas.reenviar_entregas)
    reenvio = _call(_entregas.reenvio)

    notificacoes = _each(_notificacoes.notificacoes)
    notificacao = _call(_notificacoes.notificacao)
    abrir_fluxo = _call(_notificacoes.abrir_fluxo)
    ler_fluxo = _call(_notificacoes.ler_fluxo)
    fechar_fluxo = _call(_notificacoes.fechar_fluxo)

    problemas = _call(_catalogo.problemas)
    problema = _call(_catalogo.problema)
    saude = _call(_catalogo.saude)
    pronto = _call(_catalogo.pronto)
