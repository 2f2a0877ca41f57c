"""Shapes of sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from fiscalxml_server.kit.rbac import Papel


class Vinculo(msgspec.Struct, frozen=True):
    """An organisation that a person belongs to."""

    id: Annotated[UUID, Meta(description="O id da organização.")]
    nome: Annotated[str, Meta(description="O nome da organização.")]
    papel: Annotated[Papel, Meta(description="O papel da pessoa nela.")]
    empresas: Annotated[
        tuple[str, ...] | None,
        Meta(description="Só os documentos destas (CNPJ ou CPF); null para todos."),
    ]


class VinculoAtual(Vinculo, frozen=True):
    """The same, with what a token says and nobody is shown."""

    epoca: int = 0
    exige_segundo_fator: bool = False

    def shown(self) -> Vinculo:
        return Vinculo(self.id, self.nome, self.papel, self.empresas)


class Credenciais(msgspec.Struct, frozen=True):
    """What signing in gives."""

    sessao: Annotated[UUID, Meta(description="O id da sessão.")]
    acesso: Annotated[
        str, Meta(description="O token de acesso, para Authorization: Bearer. Vale 5 minutos.")
    ]
    acesso_expira_em: Annotated[datetime, Meta(description="Até quando vale.")]
    renovacao: Annotated[
        str,
        Meta(
            description="O token que renova a sessão, em POST /v1/sessoes/renovacao. Vale uma vez "
            "só: cada renovação dá outro."
        ),
    ]
    renovacao_expira_em: Annotated[
        datetime, Meta(description="Até quando vale, se não for usado antes.")
    ]
    organizacao: Annotated[
        Vinculo | None,
        Meta(
            description="A organização em que a sessão está; null enquanto nenhuma foi escolhida, "
            "em POST /v1/sessoes/organizacao. Quem tem uma só já entra nela."
        ),
    ]
    falta_segundo_fator: Annotated[
        bool,
        Meta(
            description="A organização exige um segundo fator que a sessão não mostrou: até lá, "
            "nada dela se abre. Ligue um em /v1/fatores e renove a sessão, ou confirme com ele."
        ),
    ]
    organizacoes: Annotated[
        list[Vinculo], Meta(description="As organizações a que a pessoa pertence.")
    ]


class PedidoDeRenovacao(msgspec.Struct, forbid_unknown_fields=True):
    """A body that renews a session."""

    renovacao: Annotated[str, Meta(max_length=200, description="O token de renovação.")]


class PedidoDeOrganizacao(msgspec.Struct, forbid_unknown_fields=True):
    """A body that chooses an organisation."""

    organizacao: Annotated[
        UUID | None, Meta(description="O id de uma das suas organizações; null para nenhuma.")
    ]


class SessaoAberta(msgspec.Struct, frozen=True):
    """A session as its person is shown it."""

    id: Annotated[UUID, Meta(description="O id da sessão.")]
    atual: Annotated[bool, Meta(description="É a sessão deste pedido.")]
    criado_em: Annotated[datetime, Meta(description="Quando se entrou.")]
    usado_em: Annotated[datetime, Meta(description="Quando foi renovada por último.")]
    expira_em: Annotated[datetime, Meta(description="Quando termina, se não for usada.")]
    formas: Annotated[
        tuple[str, ...],
        Meta(description="Como se entrou: senha, totp, passkey, recuperacao."),
    ]
    aparelho: Annotated[str, Meta(description="O que o programa disse de si (User-Agent).")]
    endereco: Annotated[
        str, Meta(description="O endereço IP; de um IPv6, só a rede (os primeiros 64 bits).")
    ]
    organizacao: Annotated[UUID | None, Meta(description="A organização em que está.")]


class SessoesAbertas(msgspec.Struct, frozen=True):
    """All of them: a person has few."""

    itens: Annotated[list[SessaoAberta], Meta(description="As sessões, a mais usada primeiro.")]
    proximo: Annotated[None, Meta(description="Sempre null: a lista é inteira.")] = None
