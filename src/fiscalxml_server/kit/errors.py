"""Errors that a caller sees: RFC 9457 problem+json, in Portuguese, each with a stable `codigo`.

A domain declares its own beside its service; `kit.http.problems` writes them all, and
`GET /problemas/{codigo}` explains each from its class.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

QUOTA_EXCEEDED: Final = "https://iana.org/assignments/http-problem-types#quota-exceeded"
"""`type` of what exceeds a limit or a quota: draft-ietf-httpapi-ratelimit-headers"""
_ROOT: Final = __name__.partition(".")[0]


class Problema(Exception):
    """A request that cannot be served. `detalhe` says what is wrong and what to do."""

    status: ClassVar[int]
    codigo: ClassVar[str]
    titulo: ClassVar[str]
    explicacao: ClassVar[str]
    """for the reader of `GET /problemas/{codigo}`: when it happens and what to do"""
    tipo: ClassVar[str] = ""
    """the registered type of such problems; without one, it is `/problemas/{codigo}`"""

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
            "type": self.tipo or f"/problemas/{self.codigo}",
            "title": self.titulo,
            "status": self.status,
            "detail": self.detalhe,
            "codigo": self.codigo,
            **self.membros,
        }

    @classmethod
    def explained(cls) -> dict[str, str | int]:
        """What is published of the problem itself."""
        return {
            "codigo": cls.codigo,
            "titulo": cls.titulo,
            "status": cls.status,
            "explicacao": cls.explicacao,
        }


def all_problems(servico: str = "") -> list[type[Problema]]:
    """Every problem that the loaded modules declare, by status and code.

    Of one service (`api`, `auth`): its own and those of the kit.
    """
    found = set(_declared(Problema))
    if servico:
        of_it = (f"{_ROOT}.kit.", f"{_ROOT}.{servico}.")
        found = {each for each in found if each.__module__.startswith(of_it)}
    return sorted(found, key=lambda each: (each.status, each.codigo))


def _declared(base: type[Problema]) -> Iterator[type[Problema]]:
    for each in base.__subclasses__():
        if "codigo" in vars(each):
            yield each
        yield from _declared(each)


class RequisicaoInvalida(Problema):
    status, codigo, titulo = 400, "requisicao_invalida", "Requisição inválida"
    explicacao = "A requisição não segue o protocolo HTTP. Confira o cliente que a enviou."


class NaoAutenticado(Problema):
    status, codigo, titulo = 401, "nao_autenticado", "Credencial ausente ou inválida"
    explicacao = (
        "Toda operação pede uma credencial, em Authorization: Bearer ou em X-API-Key. "
        "Ela não veio, não é conhecida, venceu ou foi revogada."
    )


class SemPermissao(Problema):
    status, codigo, titulo = 403, "sem_permissao", "A credencial não permite esta operação"
    explicacao = (
        "A credencial é válida, mas não tem o escopo da operação (membro escopo). "
        "Use outra ou peça o escopo a quem administra a organização."
    )


class SegundoFatorExigido(Problema):
    status, codigo, titulo = 403, "segundo_fator_exigido", "A organização exige um segundo fator"
    explicacao = (
        "Nesta organização só se faz alguma coisa em uma sessão com segundo fator. No serviço de "
        "contas, ligue um aplicativo de códigos (POST /v1/fatores/totp) ou crie uma passkey (POST "
        "/v1/fatores/passkeys/opcoes), e renove a sessão. Quem já tem um confirma que é ele, em "
        "POST /v1/sessoes/confirmacao, ou entra de novo."
    )


class RequisicaoBloqueada(Problema):
    """Answered by the edge alone (`infra/edge`), before a service is reached."""

    status, codigo, titulo = 403, "requisicao_bloqueada", "Requisição bloqueada na borda"
    explicacao = (
        "O que protege a entrada do serviço viu na requisição uma forma de ataque: um DOCTYPE no "
        "XML, SQL ou script num parâmetro, um caminho que sobe de pasta. Nenhum serviço a recebeu. "
        "Se ela é legítima, mande ao suporte o que veio no membro requisicao."
    )


class NaoEncontrado(Problema):
    status, codigo, titulo = 404, "nao_encontrado", "Não encontrado"
    explicacao = (
        "O endereço não existe, ou o que ele nomeia não existe nesta organização. Os endereços "
        "estão em /docs."
    )


class MetodoNaoPermitido(Problema):
    status, codigo, titulo = 405, "metodo_nao_permitido", "Método não permitido neste endereço"
    explicacao = (
        "O endereço existe, mas não aceita este método. O cabeçalho Allow diz quais aceita."
    )


class CorpoParado(Problema):
    status, codigo, titulo = 408, "corpo_parado", "O corpo parou de chegar"
    explicacao = (
        "O cliente anunciou um corpo e ficou um minuto sem mandar nada dele. Mande de novo; um "
        "envio lento, que não para, não tem limite de tempo."
    )


class CorpoGrandeDemais(Problema):
    status, codigo, titulo = 413, "corpo_grande_demais", "O corpo passa do tamanho permitido"
    explicacao = (
        "O corpo, depois de descomprimido, passa do limite em bytes (membro limite). "
        "A leitura para no limite."
    )


class TipoNaoAceito(Problema):
    status, codigo, titulo = 415, "tipo_nao_aceito", "Tipo ou codificação do corpo não aceitos"
    explicacao = (
        "Content-Type ou Content-Encoding não são dos que a operação lê. Um documento pode vir "
        "como application/xml, text/xml, application/octet-stream, multipart/form-data ou "
        "application/json, cru ou com Content-Encoding: gzip; um lote, como application/zip, "
        "application/gzip, application/x-tar ou multipart/form-data."
    )


class ParametrosInvalidos(Problema):
    status, codigo, titulo = 422, "parametros_invalidos", "Há parâmetros inválidos"
    explicacao = (
        "Um parâmetro falta, tem valor fora do que se aceita, se repete ou não existe. "
        "O membro campos diz qual, onde e por quê."
    )


class ErroInterno(Problema):
    status, codigo, titulo = 500, "erro_interno", "Erro interno"
    explicacao = (
        "O serviço falhou; a falha está registrada. Tente de novo e, se continuar, avise o suporte."
    )


class Indisponivel(Problema):
    status, codigo, titulo = 503, "indisponivel", "Serviço temporariamente indisponível"
    explicacao = "Uma parte do serviço não responde agora. Tente de novo depois de Retry-After."
