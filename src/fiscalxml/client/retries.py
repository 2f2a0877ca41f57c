"""Whether and when a request is sent again. Only one that may be repeated without harm is."""

from __future__ import annotations

import random
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

from fiscalxml.client.errors import FalhaDeRede
from fiscalxml.client.problems import problem_of
from fiscalxml.client.steps import Abrir, Dormir, Enviar, Fluxo, Passos, Resposta

T = TypeVar("T")
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})


class Politica(msgspec.Struct, frozen=True):
    """`tentativas`: of one request, with the first. Pauses in seconds: they double from `pausa` up
    to `teto`, each shortened by chance to half at most. A `Retry-After` above `espera` is not
    waited for."""

    tentativas: int = 5
    pausa: float = 0.5
    teto: float = 30.0
    espera: float = 120.0

    def pause(self, tried: int, retry_after: float | None) -> float | None:
        """Seconds before another try after so many; None: there is none."""
        if tried >= self.tentativas or (retry_after or 0.0) > self.espera:
            return None
        growing = min(self.teto, self.pausa * 2.0 ** (tried - 1))
        jittered = growing * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        return max(retry_after or 0.0, jittered)


def retrying(steps: Fluxo[T] | Passos[T], politica: Politica) -> Fluxo[T] | Passos[T]:
    """The same steps, each request tried again as the policy says, an error raised in them."""
    result: object = None
    failure: Exception | None = None
    with closing(steps):
        while True:
            try:
                step = steps.send(result) if failure is None else steps.throw(failure)
            except StopIteration as ended:
                return ended.value  # type: ignore[no-any-return]  # what the steps end in
            result, failure = None, None
            try:
                if isinstance(step, (Enviar, Abrir)):
                    result = yield from _tried(step, politica)
                else:
                    result = yield step
            except Exception as error:  # noqa: BLE001 - the steps deal with it, or let it through
                failure = error


def _tried(step: Enviar | Abrir, politica: Politica) -> Passos[Resposta]:
    """Raises `FalhaDeRede`, `ErroDoServico`."""
    pedido, tried = step.pedido, 0
    while True:
        tried += 1
        failure: Exception
        try:
            resposta: Resposta = yield step
        except FalhaDeRede as error:
            failure, after, again = error, None, pedido.repetivel or error.antes_do_envio
        else:
            if resposta.status < 400:
                return resposta
            after = retry_after(resposta)
            failure = problem_of(resposta, after)
            again = pedido.repetivel and resposta.status in _AGAIN
        pause = politica.pause(tried, after) if again else None
        if pause is None:
            raise failure
        yield Dormir(pause)


def retry_after(resposta: Resposta) -> float | None:
    """Seconds of a Retry-After, which may also be a date."""
    text = resposta.cabecalhos.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
