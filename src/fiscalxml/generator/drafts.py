"""A document before it is signed, and how it is put together afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from fiscalxml.generator.authority import credencial
from fiscalxml.generator.signing import Assinado, sign
from fiscalxml.generator.writing import DECLARACAO, campos, grupo
from fiscalxml.identifiers.cnpj import cnpj_check_digits

VER_APLIC: Final = "FISCALXML_SINTETICO"
VER_PROC: Final = "fiscalxml sintetico"
AVISO: Final = "DOCUMENTO SINTETICO PARA TESTES - SEM VALOR FISCAL"
AMBIENTE: Final = "2"
"""homologação: nothing that is generated has fiscal value"""
RESPOSTA: Final = timedelta(seconds=15)
RESPONSAVEL_TECNICO: Final = grupo(
    "infRespTec",
    campos(
        CNPJ=f"990000000003{cnpj_check_digits('990000000003')}",
        xContato="SUPORTE FICTICIO",
        email="suporte@example.com",
        fone="1100000000",
    ),
)
"""of NF-e, NFC-e, CT-e and MDF-e: several states ask for it (rules 972, 867, 720)"""


class Proc(NamedTuple):
    """The authorised form of a kind: element around document and answer, and the answer."""

    nome: str
    versao: str
    resposta: str
    inf: str


@dataclass(frozen=True, slots=True)
class Rascunho:
    """An unsigned document. Texts are as `writing` makes them."""

    raiz: str
    namespace: str
    assinado: str
    """the element that is signed"""
    identificador: str
    """its Id"""
    titular: str
    """CNPJ or CPF of who signs"""
    emissao: datetime
    chave: str
    """of the document; of an event, that of the document it is about"""
    versao: str = ""
    """attribute of the root, where the layout has it there"""
    suplemento: str = ""
    proc: Proc | None = None
    resposta: str = ""
    """the fields of the answer, with a place for the digest of the signature"""

    def sign(self, titular: str = "", ano: int = 0) -> Assinado:
        """Its signature; by another, or with a certificate of another year, when so told."""
        signer = credencial(titular or self.titular, ano or self.emissao.year)
        return sign(self.assinado, self.namespace, self.identificador, signer)

    def document(self, assinado: Assinado, *, protocolo: bool = False) -> bytes:
        """The XML, under the answer of SEFAZ when `protocolo` and the kind has one apart."""
        versao = f' versao="{self.versao}"' if self.versao else ""
        # Under an answer it keeps a namespace declaration of its own, as SEFAZ returns it.
        whole = (
            f'<{self.raiz}{versao} xmlns="{self.namespace}">'
            f"{self.assinado}{self.suplemento}{assinado.signature}</{self.raiz}>"
        )
        if not protocolo or self.proc is None:
            return f"{DECLARACAO}{whole}".encode()
        proc = self.proc
        answer = grupo(
            proc.resposta,
            grupo(proc.inf, self.resposta.replace(_DIGEST, assinado.digest)),
            versao=proc.versao,
        )
        return (
            f'{DECLARACAO}<{proc.nome} versao="{proc.versao}" xmlns="{self.namespace}">'
            f"{whole}{answer}</{proc.nome}>"
        ).encode()


_DIGEST: Final = "{digest}"


def autorizacao(campo_chave: str, chave: str, nome: str, emissao: datetime) -> str:
    """The answer to a document: authorised, some seconds after the emission."""
    return campos(
        tpAmb=AMBIENTE,
        verAplic=VER_APLIC,
        **{campo_chave: chave},
        dhRecbto=instante(emissao + RESPOSTA),
        nProt=numero_de_protocolo(chave),
        digVal=_DIGEST,
        cStat="100",
        xMotivo=f"Autorizado o uso {nome}",
    )


def registro(
    orgao: str, chave: str, evento: str, descricao: str, emissao: datetime, numero: str
) -> str:
    """The answer to an event of an NF-e: registered."""
    return campos(
        tpAmb=AMBIENTE,
        verAplic=VER_APLIC,
        cOrgao=orgao,
        cStat="135",
        xMotivo="Evento registrado e vinculado a NF-e",
        chNFe=chave,
        tpEvento=evento,
        xEvento=descricao,
        nSeqEvento="1",
        dhRegEvento=instante(emissao + RESPOSTA),
        nProt=numero,
    )


def instante(moment: datetime) -> str:
    """As the layouts write it, with its offset."""
    return moment.isoformat(timespec="seconds")


def numero_de_protocolo(chave: str) -> str:
    """15 digits: 1, UF, year, and 10 of the key, so that it follows from the document."""
    return f"1{chave[:4]}{chave[25:34]}{chave[43]}"
