"""The tables of an export: every column's name, type, source and meaning, at this one place.

All formats, `docs/exportacoes.md` and the documentation of the API derive from here. The schema is
stable: a column keeps its name, type and place; new ones come last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

Origem = Literal["documento", "nome", "item", "tributo", "achado", "copia"]
"""a column of `documentos`, a name of `participantes`, a field of an item or a tax of the resumo, a
field of a finding of the report, or what is known of a stored copy"""


class Tipo(msgspec.Struct, frozen=True):
    """What the values of a column are, in every format."""

    nome: Literal["texto", "inteiro", "decimal", "instante", "logico"]
    precisao: int = 0
    """of a decimal: all digits"""
    escala: int = 0
    """of a decimal: digits after the point"""

    def __str__(self) -> str:
        return f"decimal({self.precisao},{self.escala})" if self.nome == "decimal" else self.nome


TEXTO: Final = Tipo("texto")
INTEIRO: Final = Tipo("inteiro")
INSTANTE: Final = Tipo("instante")
LOGICO: Final = Tipo("logico")
VALOR: Final = Tipo("decimal", 18, 2)
QUANTIDADE: Final = Tipo("decimal", 18, 4)
ALIQUOTA: Final = Tipo("decimal", 9, 4)
UNITARIO: Final = Tipo("decimal", 21, 10)


class Coluna(msgspec.Struct, frozen=True):
    """A column. `campo`: its name where it comes from."""

    nome: str
    tipo: Tipo
    origem: Origem
    campo: str
    descricao: str


class Tabela(msgspec.Struct, frozen=True):
    """A table, a row of which is what `descricao` says."""

    nome: str
    descricao: str
    colunas: tuple[Coluna, ...]

    @property
    def nomes(self) -> list[str]:
        """The names of its columns, in order."""
        return [coluna.nome for coluna in self.colunas]


def _columns(
    origem: Origem, *columns: tuple[str, Tipo, str] | tuple[str, Tipo, str, str]
) -> tuple[Coluna, ...]:
    """Of one source: name, type, meaning, and the source's own name where it is another."""
    return tuple(
        Coluna(nome, tipo, origem, campo[0] if campo else nome, descricao)
        for nome, tipo, descricao, *campo in columns
    )


_DOCUMENTO: Final = _columns(
    "documento",
    ("documento", TEXTO, "O id do documento.", "id"),
    ("chave", TEXTO, "A chave de acesso."),
    ("tipo", TEXTO, "nfe, nfce, cte, mdfe, nfse, evento …"),
    ("emissao", INSTANTE, "A emissão."),
    ("emitente", TEXTO, "CNPJ ou CPF de quem emitiu."),
)
"""what begins every row of a part of a document"""

DOCUMENTOS: Final = Tabela(
    "documentos",
    "um documento",
    (
        *_DOCUMENTO,
        *_columns("nome", ("emitente_nome", TEXTO, "O nome de quem emitiu.", "emitente")),
        *_columns("documento", ("destinatario", TEXTO, "CNPJ, CPF ou outro id de quem recebe.")),
        *_columns("nome", ("destinatario_nome", TEXTO, "O nome de quem recebe.", "destinatario")),
        *_columns(
            "documento",
            ("modelo", TEXTO, "O modelo fiscal: 55, 65, 57 …"),
            ("serie", INTEIRO, "A série."),
            ("numero", INTEIRO, "O número."),
            ("ambiente", TEXTO, "producao ou homologacao."),
            ("valor", VALOR, "O valor do todo."),
            ("icms", VALOR, "O ICMS do todo."),
            ("icms_st", VALOR, "O ICMS por substituição tributária."),
            ("ipi", VALOR, "O IPI."),
            ("pis", VALOR, "O PIS."),
            ("cofins", VALOR, "A COFINS."),
            ("iss", VALOR, "O ISS."),
            ("ibs", VALOR, "O IBS."),
            ("cbs", VALOR, "A CBS."),
            ("imposto_seletivo", VALOR, "O imposto seletivo."),
            ("situacao", TEXTO, "autorizado, cancelado, denegado …"),
            ("veredito", TEXTO, "Da última validação: valido, invalido, nao_avaliado."),
            ("vigente", LOGICO, "Se é o documento que vale para a chave."),
            ("com_protocolo", LOGICO, "Se a cópia guardada traz o protocolo."),
            ("evento_tipo", TEXTO, "Em um evento: o tpEvento."),
            ("evento_sequencia", INTEIRO, "Em um evento: o nSeqEvento."),
            ("evento_chave", TEXTO, "Em um evento: a chave do documento de que fala."),
            ("sha256", TEXTO, "Dos bytes guardados."),
            ("bytes", INTEIRO, "O tamanho do XML.", "tamanho"),
            ("lote", TEXTO, "O id do lote em que veio."),
            ("recebido_em", INSTANTE, "Quando chegou."),
            ("versao", INTEIRO, "Aumenta a cada mudança do documento."),
            ("protocolo", TEXTO, "O número do protocolo."),
            ("registrado_em", INSTANTE, "Quando a SEFAZ o registrou, pelo protocolo."),
        ),
    ),
)

_TEXT_OF_ITEM: Final = (
    ("codigo", TEXTO, "O código de quem emite."),
    ("descricao", TEXTO, "A descrição."),
    ("gtin", TEXTO, "O GTIN."),
    ("ncm", TEXTO, "O NCM."),
    ("cest", TEXTO, "O CEST."),
    ("cfop", TEXTO, "O CFOP."),
    ("unidade", TEXTO, "A unidade."),
)

ITENS: Final = Tabela(
    "itens",
    "um item de um documento",
    (
        *_DOCUMENTO,
        *_columns(
            "item",
            ("item", INTEIRO, "A posição no documento, a partir de 1.", "posicao"),
            *_TEXT_OF_ITEM,
            ("quantidade", QUANTIDADE, "A quantidade."),
            ("valor_unitario", UNITARIO, "O valor de uma unidade."),
            ("valor", VALOR, "O valor bruto."),
            ("desconto", VALOR, "O desconto."),
            ("frete", VALOR, "O frete."),
            ("seguro", VALOR, "O seguro."),
            ("outros", VALOR, "Outras despesas."),
            ("pedido", TEXTO, "O pedido de compra."),
        ),
    ),
)

TRIBUTOS: Final = Tabela(
    "tributos",
    "um tributo de um item, ou do documento todo",
    (
        *_DOCUMENTO,
        *_columns(
            "tributo",
            ("nivel", TEXTO, "item, ou documento para o total: não some os dois."),
            ("item", INTEIRO, "A posição do item; vazio no total.", "posicao"),
            (
                "tributo",
                TEXTO,
                "icms, ipi, pis, ibs_uf … No total, ibs é ibs_uf mais ibs_municipio.",
                "nome",
            ),
            ("cst", TEXTO, "O CST ou CSOSN."),
            ("origem", TEXTO, "A origem da mercadoria."),
            ("classificacao", TEXTO, "O cClassTrib."),
            ("base", VALOR, "A base de cálculo."),
            ("aliquota", ALIQUOTA, "A alíquota, em %."),
            ("quantidade", QUANTIDADE, "A quantidade tributada."),
            ("aliquota_por_unidade", QUANTIDADE, "O valor por unidade."),
            ("valor", VALOR, "O valor."),
            ("desonerado", VALOR, "O valor desonerado."),
            ("diferido", VALOR, "O valor diferido."),
            ("devolvido", VALOR, "O valor devolvido."),
            ("retido", VALOR, "O valor retido."),
        ),
    ),
)

ACHADOS: Final = Tabela(
    "achados",
    "um achado da última validação de um documento",
    (
        *_DOCUMENTO,
        *_columns(
            "achado",
            ("codigo", TEXTO, "O cStat, ou XML-, XSD-, CHV-, SIG-, PRT- e um número."),
            ("regra", TEXTO, "A regra: tipo e id no manual."),
            ("camada", TEXTO, "xml, schema, chave, assinatura, protocolo ou regras."),
            ("severidade", TEXTO, "erro, aviso ou info."),
            ("mensagem", TEXTO, "A mensagem oficial."),
            ("explicacao", TEXTO, "O que se comparou."),
            ("correcao", TEXTO, "Como corrigir."),
            ("caminho", TEXTO, "Onde, no XML."),
            ("linha", INTEIRO, "A linha do XML."),
            ("encontrado", TEXTO, "O que está no documento."),
            ("esperado", TEXTO, "O que deveria estar."),
            ("ocorrencias", INTEIRO, "Quantas vezes, se mais do que as listadas."),
        ),
    ),
)

TABELAS: Final[Mapping[str, Tabela]] = {
    tabela.nome: tabela for tabela in (DOCUMENTOS, ITENS, TRIBUTOS, ACHADOS)
}

MANIFESTO: Final = Tabela(
    "manifesto",
    "um XML do ZIP",
    (
        *_columns("copia", ("nome", TEXTO, "O nome no ZIP.")),
        *_DOCUMENTO,
        *_columns(
            "documento",
            ("veredito", TEXTO, "Da última validação."),
            ("sha256", TEXTO, "Dos bytes do XML."),
            ("bytes", INTEIRO, "O tamanho do XML.", "tamanho"),
        ),
        *_columns("copia", ("copia", TEXTO, "ok; ausente ou alterada, se não pôde ser incluído.")),
    ),
)
