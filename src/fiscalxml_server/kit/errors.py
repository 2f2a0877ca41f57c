"""Errors that a caller sees: RFC 9457 problem+json, in Portuguese, each with a stable `codigo`.

A domain declares its own beside its service; one handler in `api.app` writes them all.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Problema(Exception):
    """A request that cannot be served. `detalhe` says what is wrong and what to do."""

    status: ClassVar[int]
    codigo: ClassVar[str]
    titulo: ClassVar[str]

    def __init__(
        self, detalhe: str, *, headers: dict[str, str] | None = None, **membros: Any
    ) -> None:
        super().__init__(detalhe)
        self.detalhe = detalhe
        self.headers = headers or {}
        self.membros = membros
        """further members of the JSON object"""

    def to_dict(self) -> dict[str, Any]:
        """The members of the problem document."""
        return {
            "type": f"/problemas/{self.codigo}",
            "title": self.titulo,
            "status": self.status,
            "detail": self.detalhe,
            "codigo": self.codigo,
            **self.membros,
        }


class NaoAutenticado(Problema):
    status, codigo, titulo = 401, "nao_autenticado", "Credencial ausente ou inválida"


class SemPermissao(Problema):
    status, codigo, titulo = 403, "sem_permissao", "A credencial não permite esta operação"


class NaoEncontrado(Problema):
    status, codigo, titulo = 404, "nao_encontrado", "Não encontrado"


class Indisponivel(Problema):
    status, codigo, titulo = 503, "indisponivel", "Serviço temporariamente indisponível"
