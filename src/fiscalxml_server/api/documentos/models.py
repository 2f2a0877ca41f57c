"""Tables of documents. Their keys, indexes and policies: `migrations`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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

from fiscalxml.indexing import TRIBUTOS
from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import CUSTODIA, Base, Titular, lgpd

documentos = Table(
    "documentos",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("identidade", Text, nullable=False),
    Column("vigente", Boolean, nullable=False),
    Column("tipo", Text, nullable=False),
    Column("modelo", Text),
    Column("chave", Text),
    Column("serie", Integer),
    Column("numero", BigInteger),
    Column("ambiente", Text),
    Column("emissao", DateTime(timezone=True)),
    Column("emitente", Text),
    Column("destinatario", Text),
    Column("valor", BigInteger),
    Column("evento_chave", Text),
    Column("evento_tipo", Text),
    Column("evento_sequencia", Integer),
    Column("situacao", Text),
    Column("veredito", Text, nullable=False),
    Column("intacta", Boolean, nullable=False),
    Column("assinada", Boolean, nullable=False),
    Column("com_protocolo", Boolean, nullable=False),
    Column("conteudo", LargeBinary, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("tamanho", Integer, nullable=False),
    Column("objeto", Text, nullable=False),
    Column("inicio", BigInteger, nullable=False),
    Column("comprimento", Integer, nullable=False),
    Column("resumo", LargeBinary),
    Column("validacao", Uuid, nullable=False),
    Column("lote", Uuid),
    Column("recebido_em", DateTime(timezone=True), nullable=False),
    Column(
        "versao",
        BigInteger,
        nullable=False,
        server_default=text("versao_atual()"),
    ),
    Column("data", DateTime(timezone=True), nullable=False),
    Column("situacao_propria", Text),
    Column("protocolo", Text),
    Column("registrado_em", DateTime(timezone=True)),
    Column("evento_alvo", Text),
    Column("alvo_emitente", Text),
    Column("alvo_destinatario", Text),
    *(Column(tributo, BigInteger) for tributo in TRIBUTOS),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Guardar e achar documentos fiscais",
        CUSTODIA,
        fiscal=(
            "identidade chave serie numero emissao emitente destinatario valor evento_chave "
            "protocolo registrado_em evento_alvo alvo_emitente alvo_destinatario resumo data "
            + " ".join(TRIBUTOS)
        ),
        tecnico="organizacao id conteudo sha256 validacao lote recebido_em objeto",
        nenhum=(
            "vigente tipo modelo ambiente evento_tipo evento_sequencia situacao veredito intacta "
            "assinada com_protocolo tamanho inicio comprimento versao situacao_propria"
        ),
    ),
)

termos = Table(
    "termos",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("termo", Text, primary_key=True),
    Column("data", DateTime(timezone=True), primary_key=True),
    Column("documento", Uuid, primary_key=True),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Achar documentos por códigos e por palavras de nomes e descrições",
        CUSTODIA,
        fiscal="termo data",
        tecnico="organizacao documento",
    ),
)

titulares = Table(
    "titulares",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("titular", LargeBinary, primary_key=True),
    Column("documento", Uuid, primary_key=True),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Achar os documentos que citam um CPF, a pedido do titular",
        CUSTODIA,
        identificacao="titular",
        tecnico="organizacao documento",
    ),
)
"""`titular`: pseudonym of a CPF, see `kit.pseudonyms`"""

participantes = Table(
    "participantes",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("inscricao", Text, primary_key=True),
    Column("nome", Text, nullable=False),
    Column("uf", Text),
    Column("visto_em", DateTime(timezone=True), nullable=False),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Mostrar o nome de quem um documento cita",
        CUSTODIA,
        identificacao="inscricao nome",
        contato="uf",
        tecnico="organizacao visto_em",
    ),
)

vinculos = Table(
    "vinculos",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("destino", Text, primary_key=True),
    Column("documento", Uuid, primary_key=True),
    Column("papel", Text, primary_key=True),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Ligar documentos que se citam",
        CUSTODIA,
        fiscal="destino",
        tecnico="organizacao documento",
        nenhum="papel",
    ),
)

copias = Table(
    "copias",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("documento", Uuid, primary_key=True),
    Column("sha256", LargeBinary, primary_key=True),
    Column("tamanho", Integer, nullable=False),
    Column("objeto", Text, nullable=False),
    Column("inicio", BigInteger, nullable=False),
    Column("comprimento", Integer, nullable=False),
    Column("substituida_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Guardar cópias anteriores de um documento",
        CUSTODIA,
        tecnico="organizacao documento sha256 objeto substituida_em",
        nenhum="tamanho inicio comprimento",
    ),
)

validacoes = Table(
    "validacoes",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("documento", Uuid, nullable=False),
    Column("veredito", Text, nullable=False),
    Column("perfil", Text, nullable=False),
    Column("referencia", DateTime(timezone=True), nullable=False),
    Column("regras", Text, nullable=False),
    Column("schemas", Text, nullable=False),
    Column("relatorio", LargeBinary, nullable=False),
    Column("criado_em", DateTime(timezone=True), nullable=False),
    Column("revalidacao", Uuid),
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Guardar o que se achou em cada validação",
        CUSTODIA,
        fiscal="relatorio",
        tecnico="organizacao id documento criado_em revalidacao",
        nenhum="veredito perfil referencia regras schemas",
    ),
)
