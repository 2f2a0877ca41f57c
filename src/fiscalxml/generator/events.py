"""Events of an NF-e or NFC-e: cancelamento and carta de correção."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from fiscalxml.generator.drafts import (
    AMBIENTE,
    Proc,
    Rascunho,
    instante,
    numero_de_protocolo,
    registro,
)
from fiscalxml.generator.notes import NAMESPACE
from fiscalxml.generator.writing import campos, grupo

_PROC: Final = Proc("procEventoNFe", "1.00", "retEvento", "infEvento")
_DEPOIS: Final = timedelta(hours=2)
_CANCELAMENTO: Final = "110111"
_CCE: Final = "110110"
# The text that the layout (leiauteCCe_v1.00) prescribes.
_CONDICAO_DE_USO: Final = (
    "A Carta de Correcao e disciplinada pelo paragrafo 1o-A do art. 7o do Convenio S/N, de 15 de "
    "dezembro de 1970 e pode ser utilizada para regularizacao de erro ocorrido na emissao de "
    "documento fiscal, desde que o erro nao esteja relacionado com: I - as variaveis que "
    "determinam o valor do imposto tais como: base de calculo, aliquota, diferenca de preco, "
    "quantidade, valor da operacao ou da prestacao; II - a correcao de dados cadastrais que "
    "implique mudanca do remetente ou do destinatario; III - a data de emissao ou de saida."
)


def cancelamento(nota: Rascunho) -> Rascunho:
    """The emitente cancels the note."""
    return _evento(
        nota,
        _CANCELAMENTO,
        "Cancelamento",
        campos(
            nProt=numero_de_protocolo(nota.chave),
            xJust="DOCUMENTO SINTETICO CANCELADO PARA TESTES",
        ),
    )


def carta_de_correcao(nota: Rascunho) -> Rascunho:
    """The emitente corrects a text of the note."""
    return _evento(
        nota,
        _CCE,
        "Carta de Correcao",
        campos(xCorrecao="DOCUMENTO SINTETICO: O VOLUME CORRETO E 2", xCondUso=_CONDICAO_DE_USO),
    )


def _evento(nota: Rascunho, codigo: str, descricao: str, detalhe: str) -> Rascunho:
    quando = nota.emissao + _DEPOIS
    orgao = nota.chave[:2]
    identificador = f"ID{codigo}{nota.chave}01"
    assinado = grupo(
        "infEvento",
        campos(
            cOrgao=orgao,
            tpAmb=AMBIENTE,
            CNPJ=nota.titular,
            chNFe=nota.chave,
            dhEvento=instante(quando),
            tpEvento=codigo,
            nSeqEvento="1",
            verEvento="1.00",
        ),
        grupo("detEvento", campos(descEvento=descricao), detalhe, versao="1.00"),
        Id=identificador,
    )
    # The registration has a number of its own: 9 where the note's has 1.
    numero = f"9{numero_de_protocolo(nota.chave)[1:]}"
    return Rascunho(
        raiz="evento",
        namespace=NAMESPACE,
        versao="1.00",
        assinado=assinado,
        identificador=identificador,
        titular=nota.titular,
        emissao=quando,
        chave=nota.chave,
        proc=_PROC,
        resposta=registro(orgao, nota.chave, codigo, descricao, quando, numero),
    )
