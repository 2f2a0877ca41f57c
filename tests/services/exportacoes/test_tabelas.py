"""The tables: documented as they are, and as stable as they say."""

from __future__ import annotations

import pytest
from scripts.build_exports_page import PUBLISHED, page

from fiscalxml_server.api.exportacoes.tabelas import DOCUMENTOS, MANIFESTO, TABELAS, Tabela


def test_the_documented_columns_are_those_of_the_code() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == page(), "run `make exportacoes`"


@pytest.mark.parametrize("tabela", [*TABELAS.values(), MANIFESTO], ids=[*TABELAS, "manifesto"])
def test_no_column_of_a_table_has_the_name_of_another(tabela: Tabela) -> None:
    assert len(set(tabela.nomes)) == len(tabela.nomes)


FIRST = (
    *("documento", "chave", "tipo", "emissao", "emitente", "emitente_nome", "destinatario"),
    *("destinatario_nome", "modelo", "serie", "numero", "ambiente", "valor", "icms", "icms_st"),
    *("ipi", "pis", "cofins", "iss", "ibs", "cbs", "imposto_seletivo", "situacao", "veredito"),
    *("vigente", "com_protocolo", "evento_tipo", "evento_sequencia", "evento_chave", "sha256"),
    *("bytes", "lote", "recebido_em", "versao"),
)


def test_columns_that_were_published_stay_where_they_are() -> None:
    assert tuple(DOCUMENTOS.nomes[: len(FIRST)]) == FIRST
