"""A request for a token as it comes (RFC 6749, 4.4; RFC 7523), and what may be wrong with it."""

from __future__ import annotations

import base64
import binascii
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

import msgspec
from starlette.datastructures import Headers

from fiscalxml_server.kit.jose import claimed

GRANT: Final = "client_credentials"
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MAX_FIELDS: Final = 20


class ErroOAuth(Exception):
    """What a client is told (RFC 6749, 5.2). The text is in Portuguese."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class Segredo(msgspec.Struct, frozen=True):
    """The client says who it is by its secret."""

    valor: str


class Assercao(msgspec.Struct, frozen=True):
    """The client says who it is by a signature."""

    valor: str


class Pedido(msgspec.Struct, frozen=True):
    """A token is wanted; `escopos` is None for all that the client may have."""

    client_id: str
    prova: Segredo | Assercao
    escopos: frozenset[str] | None


class _Sub(msgspec.Struct):
    sub: str


def read_request(headers: Headers, body: bytes) -> Pedido:
    """Raises ErroOAuth."""
    form = _form(body)
    client, prova = _client(headers.getlist("authorization"), form)
    grant = form.get("grant_type")
    if grant is None:
        raise ErroOAuth("invalid_request", "Falta grant_type.")
    if grant != GRANT:
        raise ErroOAuth("unsupported_grant_type", f"O grant_type daqui é {GRANT}.")
    scope = form.get("scope")
    return Pedido(client, prova, None if scope is None else frozenset(scope.split(" ")))


def _form(body: bytes) -> dict[str, str]:
    """Parameters without a value are as good as left out; none may come twice."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError:
        raise ErroOAuth(
            "invalid_request", "O corpo não é um formulário que se possa ler."
        ) from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise ErroOAuth("invalid_request", "Um parâmetro veio mais de uma vez.")
    return {name: value for name, value in form.items() if value}


def _client(given: list[str], form: dict[str, str]) -> tuple[str, Segredo | Assercao]:
    ways = [bool(given), "client_secret" in form, "client_assertion" in form]
    if sum(ways) > 1 or len(given) > 1:
        raise ErroOAuth("invalid_request", "Prove quem é de uma só forma.")
    if given:
        client, secret = _basic(given[0])
        if form.get("client_id", client) != client:
            raise ErroOAuth("invalid_request", "Há dois client_id diferentes.")
        return client, Segredo(secret)
    if "client_assertion" in form:
        return _asserted(form)
    if "client_id" not in form or "client_secret" not in form:
        raise ErroOAuth("invalid_client", "Prove quem é: Basic, client_secret ou client_assertion.")
    return form["client_id"], Segredo(form["client_secret"])


def _basic(header: str) -> tuple[str, str]:
    """Both parts are encoded as in a form (RFC 6749, 2.3.1)."""
    scheme, _, value = header.strip().partition(" ")
    if scheme.lower() != "basic":
        raise ErroOAuth("invalid_client", "Authorization deve ser Basic.")
    try:
        client, colon, secret = (
            base64.b64decode(value.strip(), validate=True).decode().partition(":")
        )
        if not colon:
            raise ValueError
        return unquote_plus(client, errors="strict"), unquote_plus(secret, errors="strict")
    except (ValueError, binascii.Error):
        raise ErroOAuth("invalid_client", "Authorization: Basic não pôde ser lido.") from None


def _asserted(form: dict[str, str]) -> tuple[str, Assercao]:
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise ErroOAuth("invalid_request", f"client_assertion_type deve ser {ASSERTION_TYPE}.")
    assertion = form["client_assertion"]
    said = claimed(assertion, _Sub)
    if said is None:
        raise ErroOAuth("invalid_client", "client_assertion não é um JWT com sub.")
    if form.get("client_id", said.sub) != said.sub:
        raise ErroOAuth("invalid_request", "client_id não é o sub de client_assertion.")
    return said.sub, Assercao(assertion)
