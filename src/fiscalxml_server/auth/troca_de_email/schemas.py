"""Shapes of another e-mail."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

_CODE = Meta(max_length=200, description="O código do e-mail.")


class EmailNovo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Annotated[str, Meta(description="O e-mail com que a pessoa vai entrar.")]


class ConfirmacaoDeEmail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    codigo: Annotated[str, _CODE]
    senha: Annotated[str, Meta(max_length=1024, description="A senha da conta.")]


class VoltaAoEmailAnterior(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    codigo: Annotated[str, _CODE]
