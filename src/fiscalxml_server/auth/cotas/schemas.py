"""Shapes of limits and quotas."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

MAX: Final = 1_000_000_000

Numero = Annotated[int, msgspec.Meta(ge=1, le=MAX)]
Validar = Annotated[
    Numero | None, msgspec.Meta(description="Requisições por minuto que validam ou resumem.")
]
Ler = Annotated[Numero | None, msgspec.Meta(description="Requisições por minuto que leem.")]
Enviar = Annotated[
    Numero | None, msgspec.Meta(description="Requisições por minuto que mandam guardar.")
]
Documentos = Annotated[
    Numero | None, msgspec.Meta(description="Documentos por mês; null: quantos forem.")
]
Usados = Annotated[int, msgspec.Meta(description="Documentos usados neste mês.", ge=0)]


class NovaCota(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is set; null, or left out: as the installation has it."""

    validar: Validar = None
    ler: Ler = None
    enviar: Enviar = None
    documentos: Documentos = None


class Cota(msgspec.Struct, frozen=True):
    """What is set for a key, and what it used."""

    validar: Validar
    ler: Ler
    enviar: Enviar
    documentos: Documentos
    usados: Usados


class CotaDaOrganizacao(msgspec.Struct, frozen=True):
    """What is in force for an organisation, and what it used; null: no limit."""

    validar: Validar
    ler: Ler
    enviar: Enviar
    documentos: Documentos
    usados: Usados
    documentos_de_teste: Annotated[
        Numero | None, msgspec.Meta(description="Documentos por mês das chaves de teste.")
    ]
    usados_de_teste: Annotated[
        int, msgspec.Meta(description="Documentos que as chaves de teste usaram neste mês.", ge=0)
    ]
