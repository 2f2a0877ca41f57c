"""When each kind of notificação is told, and what it looks like: for who writes a receiver."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from fiscalxml_server.kit.notifying.types import (
    VERSAO,
    Assinatura,
    ChaveApi,
    Corpo,
    Dados,
    Documento,
    EventoFiscal,
    Exportacao,
    Lote,
    Revalidacao,
    Tipo,
)

QUANDO: Final[Mapping[Tipo, str]] = {
    Tipo.DOCUMENTO_PROCESSADO: (
        "Um documento foi guardado e vale. De novo, com `atualizado`, quando chega uma cópia "
        "melhor dele (com o protocolo, com a assinatura), quando passa a valer no lugar de "
        "outro conteúdo com a mesma chave e quando um evento muda a situação sem ser "
        "cancelamento, como no encerramento de um MDF-e. O que já estava guardado e "
        "vem igual não é avisado."
    ),
    Tipo.DOCUMENTO_INVALIDO: (
        "O mesmo que `documento.processado`, de um documento ou evento cuja validação achou erros. "
        "Ele foi guardado; o relatório diz o que há de errado."
    ),
    Tipo.DOCUMENTO_CONFLITO: (
        "Um documento ou evento foi guardado ao lado de outro, que tem a mesma identidade, outro "
        "conteúdo e continua valendo. Também quando o que valia dá lugar a um melhor: o aviso é do "
        "que deixou de valer."
    ),
    Tipo.DOCUMENTO_CANCELADO: (
        "A situação de um documento que vale passou a ser cancelado: chegou o evento, ou chegou o "
        "documento depois dele, ou o próprio arquivo diz. Uma vez por mudança, em qualquer ordem "
        "de chegada."
    ),
    Tipo.DOCUMENTO_EVENTO: (
        "Um evento (cancelamento, carta de correção, manifestação …) foi guardado e vale, esteja o "
        "documento dele guardado ou não. De novo, com `atualizado`, quando chega com o registro e "
        "quando outro evento o cancela."
    ),
    Tipo.LOTE_CONCLUIDO: (
        "Todos os arquivos de um lote têm um desfecho, e os avisos dos documentos dele já foram "
        "escritos."
    ),
    Tipo.LOTE_FALHOU: "O arquivo de um lote não pôde ser aberto.",
    Tipo.EXPORTACAO_PRONTA: "O arquivo de uma exportação pode ser baixado.",
    Tipo.EXPORTACAO_FALHOU: "Uma exportação não pôde ser feita.",
    Tipo.REVALIDACAO_CONCLUIDA: "Todos os documentos de uma revalidação foram julgados de novo.",
    Tipo.REVALIDACAO_FALHOU: "Os documentos de uma revalidação não puderam ser buscados.",
    Tipo.CHAVE_API_EXPIRANDO: "Uma chave de API expira em 30 dias, em 7 e em 1.",
    Tipo.CHAVE_API_VAZADA: (
        "O texto de uma chave de API foi achado onde não devia estar. Conforme a política da "
        "organização ela foi revogada, ou continua valendo: então, no máximo uma vez por dia."
    ),
    Tipo.WEBHOOK_DESATIVADO: (
        "Outro webhook da organização foi desativado, porque só houve falhas por muito tempo ou o "
        "endereço respondeu 410. O que é dele fica retido até que alguém o retome."
    ),
    Tipo.WEBHOOK_TESTE: "Alguém pediu um teste do próprio webhook.",
}


def _id(number: int) -> UUID:
    return UUID(f"019a6d9f-1e00-7000-8000-{number:012}")


_CHAVE: Final = "35261112345678000195550010000000011123456780"
_NOTA: Final = Documento(
    documento=_id(1),
    tipo="nfe",
    veredito="valido",
    link=f"/v1/documentos/{_id(1)}",
    chave=_CHAVE,
    modelo="55",
    situacao="autorizado",
    emitente="12345678000195",
    lote=_id(7),
)
_LOTE: Final = f"/v1/lotes/{_id(7)}"
_EXPORTACAO: Final = f"/v1/exportacoes/{_id(8)}"
_REVALIDACAO: Final = f"/v1/revalidacoes/{_id(9)}"
_EXPIRA: Final = datetime(2026, 12, 10, 12, tzinfo=UTC)


def _nota(documento: int, **other: str | bool) -> Documento:
    fields = {name: getattr(_NOTA, name) for name in _NOTA.__struct_fields__}
    ident = _id(documento)
    link = f"/v1/documentos/{ident}"
    return Documento(**{**fields, "documento": ident, "link": link, **other})


_DADOS: Final[Mapping[Tipo, Dados]] = {
    Tipo.DOCUMENTO_PROCESSADO: _NOTA,
    Tipo.DOCUMENTO_INVALIDO: _nota(2, veredito="invalido"),
    Tipo.DOCUMENTO_CONFLITO: _nota(3),
    Tipo.DOCUMENTO_CANCELADO: _nota(1, situacao="cancelado", atualizado=True),
    Tipo.DOCUMENTO_EVENTO: EventoFiscal(
        documento=_id(4),
        chave=_CHAVE,
        evento="110111",
        link=f"/v1/documentos/{_id(4)}",
        sequencia=1,
        situacao="autorizado",
    ),
    Tipo.LOTE_CONCLUIDO: Lote(
        lote=_id(7),
        situacao="concluido",
        link=_LOTE,
        arquivos=800,
        contagens={"aceito": 740, "invalido": 58, "duplicado": 2},
    ),
    Tipo.LOTE_FALHOU: Lote(
        lote=_id(7),
        situacao="falhou",
        link=_LOTE,
        motivo="O arquivo enviado não está mais no armazenamento.",
    ),
    Tipo.EXPORTACAO_PRONTA: Exportacao(exportacao=_id(8), situacao="pronta", link=_EXPORTACAO),
    Tipo.EXPORTACAO_FALHOU: Exportacao(
        exportacao=_id(8),
        situacao="falhou",
        link=_EXPORTACAO,
        motivo="O arquivo passa do tamanho permitido; peça menos documentos de cada vez.",
    ),
    Tipo.REVALIDACAO_CONCLUIDA: Revalidacao(
        revalidacao=_id(9), situacao="concluida", link=_REVALIDACAO
    ),
    Tipo.REVALIDACAO_FALHOU: Revalidacao(
        revalidacao=_id(9),
        situacao="falhou",
        link=_REVALIDACAO,
        motivo="Não foi possível buscar os documentos.",
    ),
    Tipo.CHAVE_API_EXPIRANDO: ChaveApi(
        chave_api=_id(10), nome="ERP da loja", link=f"/v1/chaves-api/{_id(10)}", expira_em=_EXPIRA
    ),
    Tipo.CHAVE_API_VAZADA: ChaveApi(
        chave_api=_id(10),
        nome="ERP da loja",
        link=f"/v1/chaves-api/{_id(10)}",
        expira_em=_EXPIRA,
        revogada=True,
    ),
    Tipo.WEBHOOK_DESATIVADO: Assinatura(
        assinatura=_id(11),
        link=f"/v1/webhooks/{_id(11)}",
        motivo="Só houve falhas por 5 dias.",
    ),
    Tipo.WEBHOOK_TESTE: Assinatura(assinatura=_id(12), link=f"/v1/webhooks/{_id(12)}"),
}

EXEMPLOS: Final[Mapping[Tipo, Corpo[Dados]]] = {
    tipo: Corpo(
        id=_id(100 + number),
        tipo=tipo,
        versao=VERSAO,
        em=datetime(2026, 11, 10, 13, 0, 15, 250000, tzinfo=UTC),
        organizacao=_id(0),
        dados=dados,
    )
    for number, (tipo, dados) in enumerate(_DADOS.items())
}
"""the body of one of each kind"""
