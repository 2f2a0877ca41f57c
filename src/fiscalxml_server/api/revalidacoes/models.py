"""Tables of re-validations. Their keys, indexes and policies: `migrations`."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import CUSTODIA, Base, Titular, lgpd


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


revalidacoes = Table(
    "revalidacoes",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("nome", Text, nullable=False),
    Column("filtro", LargeBinary, nullable=False),
    Column("em", DateTime(timezone=True)),
    Column("perfil", Text, nullable=False),
    Column("situacao", Text, nullable=False, server_default="recebida"),
    Column("motivo", Text),
    Column("credencial", Text, nullable=False),
    Column("empresas", ARRAY(Text)),
    Column("plano_data", DateTime(timezone=True)),
    Column("plano_documento", Uuid),
    Column("planejada", Boolean, nullable=False, server_default=text("false")),
    _count("total"),
    _count("prontos"),
    _count("para_invalido"),
    _count("para_valido"),
    _count("outra"),
    _count("igual"),
    _count("falha"),
    Column("versao", Integer, nullable=False, server_default=text("1")),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("concluido_em", DateTime(timezone=True)),
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Acompanhar revalidações",
        CUSTODIA,
        identificacao="nome filtro empresas",
        tecnico="organizacao id credencial plano_documento criado_em concluido_em",
        nenhum=(
            "em perfil situacao motivo plano_data planejada total prontos para_invalido "
            "para_valido outra igual falha versao"
        ),
    ),
)

revalidacao_blocos = Table(
    "revalidacao_blocos",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("revalidacao", Uuid, primary_key=True),
    Column("numero", Integer, primary_key=True),
    Column("documentos", LargeBinary, nullable=False),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Dizer que documentos se revalidam",
        CUSTODIA,
        tecnico="organizacao revalidacao documentos",
        nenhum="numero",
    ),
)

revalidacao_itens = Table(
    "revalidacao_itens",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("revalidacao", Uuid, primary_key=True),
    Column("indice", Integer, primary_key=True),
    Column("documento", Uuid, nullable=False),
    Column("mudanca", Text, nullable=False),
    Column("tipo", Text),
    Column("chave", Text),
    Column("emissao", DateTime(timezone=True)),
    Column("emitente", Text),
    Column("destinatario", Text),
    Column("antes", Text),
    Column("depois", Text),
    Column("validacao", Uuid),
    Column("vieram", ARRAY(Text), nullable=False),
    Column("foram", ARRAY(Text), nullable=False),
    Column("codigo", Text),
    Column("mensagem", Text),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Comparar o que se achou antes e depois",
        CUSTODIA,
        fiscal="chave emissao emitente destinatario mensagem",
        tecnico="organizacao revalidacao documento validacao",
        nenhum="indice mudanca tipo antes depois vieram foram codigo",
    ),
)

revalidacao_causas = Table(
    "revalidacao_causas",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("revalidacao", Uuid, primary_key=True),
    Column("bloco", Integer, primary_key=True),
    Column("inicio", Integer, primary_key=True),
    Column("estado", LargeBinary, nullable=False),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Contar as causas do que se achou numa revalidação",
        CUSTODIA,
        fiscal="estado",
        tecnico="organizacao revalidacao",
        nenhum="bloco inicio",
    ),
)
