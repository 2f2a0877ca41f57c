"""Tables of lotes. Their keys, partitions and policies: `migrations`."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
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


lotes = Table(
    "lotes",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("nome", Text, nullable=False),
    Column("situacao", Text, nullable=False, server_default="recebido"),
    Column("motivo", Text),
    Column("objeto", Text, nullable=False),
    Column("tamanho", BigInteger, nullable=False),
    Column("sha256", LargeBinary),
    Column("credencial", Text, nullable=False),
    Column("empresas", ARRAY(Text)),
    _count("arquivos"),
    _count("prontos"),
    _count("itens"),
    Column("aberto", Boolean, nullable=False, server_default=text("false")),
    _count("aceito"),
    _count("invalido"),
    _count("duplicado"),
    _count("conflito"),
    _count("ilegivel"),
    _count("ignorado"),
    _count("falha"),
    Column("versao", Integer, nullable=False, server_default=text("1")),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("concluido_em", DateTime(timezone=True)),
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Acompanhar o que foi enviado",
        CUSTODIA,
        identificacao="nome empresas",
        tecnico="organizacao id objeto sha256 credencial criado_em concluido_em",
        nenhum=(
            "situacao motivo tamanho arquivos prontos itens aberto aceito invalido duplicado "
            "conflito ilegivel ignorado falha versao"
        ),
    ),
)

lote_blocos = Table(
    "lote_blocos",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("lote", Uuid, primary_key=True),
    Column("numero", Integer, primary_key=True),
    Column("objeto", Text, nullable=False),
    Column("entradas", LargeBinary, nullable=False),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Dizer onde está cada arquivo de um lote",
        CUSTODIA,
        identificacao="entradas",
        tecnico="organizacao lote objeto",
        nenhum="numero",
    ),
)

lote_causas = Table(
    "lote_causas",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("lote", Uuid, primary_key=True),
    Column("bloco", Integer, primary_key=True),
    Column("inicio", Integer, primary_key=True),
    Column("estado", LargeBinary, nullable=False),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Contar as causas do que se achou num lote",
        CUSTODIA,
        fiscal="estado",
        tecnico="organizacao lote",
        nenhum="bloco inicio",
    ),
)

lote_itens = Table(
    "lote_itens",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("dia", Date, primary_key=True),
    Column("lote", Uuid, primary_key=True),
    Column("indice", Integer, primary_key=True),
    Column("parte", Integer, primary_key=True),
    Column("nome", Text, nullable=False),
    Column("desfecho", Text, nullable=False),
    Column("documento", Uuid),
    Column("tipo", Text),
    Column("chave", Text),
    Column("veredito", Text),
    Column("codigo", Text),
    Column("mensagem", Text),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Dizer o que foi feito de cada arquivo de um lote",
        "400 dias",
        identificacao="nome",
        fiscal="chave mensagem",
        tecnico="organizacao dia lote documento",
        nenhum="indice parte desfecho tipo veredito codigo",
    ),
)
