"""What a key is asked for with, checked: nothing beyond who asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from fiscalxml.identifiers.cnpj import is_valid_cnpj
from fiscalxml.identifiers.cpf import is_valid_cpf
from fiscalxml_server.auth.chaves.schemas import ESCOPOS, NovaChaveDeApi
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.http.problems import invalid_fields

_MAX_NAME: Final = 100


class Pedido(msgspec.Struct, frozen=True):
    """A key that may be made."""

    nome: str
    escopos: Sequence[str]
    empresas: Sequence[str] | None


def read_request(sujeito: Sujeito, nova: NovaChaveDeApi) -> Pedido:
    """Raises `ParametrosInvalidos`."""
    wrong = [
        *_of_name(nova.nome),
        *_of_scopes(sujeito, nova.escopos),
        *_of_companies(sujeito, nova.empresas),
    ]
    if wrong:
        raise invalid_fields(wrong)
    empresas = sujeito.empresas if nova.empresas is None else frozenset(nova.empresas)
    return Pedido(
        nova.nome.strip(),
        sorted(set(nova.escopos)),
        None if empresas is None else sorted(empresas),
    )


def read_name(nome: str) -> str:
    """Raises `ParametrosInvalidos`."""
    if wrong := list(_of_name(nome)):
        raise invalid_fields(wrong)
    return nome.strip()


def _of_name(nome: str) -> Iterator[dict[str, str]]:
    bare = nome.strip()
    if not (0 < len(bare) <= _MAX_NAME and bare.isprintable()):
        yield _wrong("nome", f"deve ter de 1 a {_MAX_NAME} caracteres, em uma linha")


def _of_scopes(sujeito: Sujeito, escopos: Sequence[str]) -> Iterator[dict[str, str]]:
    if not escopos:
        yield _wrong("escopos", f"diga ao menos um: {', '.join(ESCOPOS)}")
    elif not set(escopos) <= set(ESCOPOS):
        yield _wrong("escopos", f"os que uma chave pode ter: {', '.join(ESCOPOS)}")
    elif not sujeito.escopos.issuperset(escopos):
        yield _wrong("escopos", "há um que você mesmo não tem")


def _of_companies(sujeito: Sujeito, empresas: Sequence[str] | None) -> Iterator[dict[str, str]]:
    if empresas is None:
        return
    if not empresas:
        yield _wrong("empresas", "diga ao menos uma, ou deixe de fora para todas as suas")
    elif not all(is_valid_cnpj(each) or is_valid_cpf(each) for each in empresas):
        yield _wrong("empresas", "cada uma deve ser um CNPJ ou CPF, sem pontuação")
    elif sujeito.empresas is not None and not sujeito.empresas.issuperset(empresas):
        yield _wrong("empresas", "há uma que você mesmo não vê")


def _wrong(campo: str, mensagem: str) -> dict[str, str]:
    return {"campo": campo, "onde": "corpo", "mensagem": mensagem}
