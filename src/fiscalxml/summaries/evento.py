"""Events of all families, requests of the NFS-e among them, and inutilizações."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.campos import Campos
from fiscalxml.documents.facts import CHAVES
from fiscalxml.summaries.parts import Pessoa
from fiscalxml.summaries.reading import Table
from fiscalxml.summaries.resumo import Evento, Vista

_EVENTO: Final = Table(
    {
        "tipo": "tpEvento",
        "sequencia": "nSeqEvento nPedRegEvento",
        "chave": " ".join((*CHAVES, "chNFSe")),
        "data": "dhEvento dhProc",
        "orgao": "cOrgao",
        "autor_cnpj": "CNPJ CNPJAutor",
        "autor_cpf": "CPF CPFAutor",
    }
)
_DETALHE: Final = Table(
    {
        "descricao": "descEvento xDesc",
        "protocolo_documento": "nProt",
        "justificativa": "xJust xMotivo",
        "correcao": "xCorrecao",
        "evento_cancelado": "nProtEvento nProtCE nProtIE nProtEvPrestDes nProtVincPgto "
        "idEvManifRej idBloqOfic",
    }
)
_INUTILIZACAO: Final = Table(
    {
        "ano": "ano",
        "modelo": "mod",
        "serie": "serie",
        "numero_inicial": "nNFIni nCTIni",
        "numero_final": "nNFFin nCTFin",
        "uf": "cUF",
        "justificativa": "xJust",
    }
)


def view(grupo: Campos) -> Vista:
    """An infEvento or infPedReg: who says what of which document."""
    pedido = grupo.grupo("pedRegEvento", "infPedReg") or grupo
    around = {} if pedido is grupo else _EVENTO.read(grupo)
    return Vista(evento=Evento(**around | _EVENTO.read(pedido) | _detail(pedido)))


def view_inutilizacao(grupo: Campos) -> Vista:
    """An infInut: numbers that will not be used."""
    emitente = Pessoa.read(grupo)
    return Vista(
        participantes={"emitente": emitente} if emitente != Pessoa() else {},
        detalhes=_INUTILIZACAO.read(grupo),
    )


def _detail(pedido: Campos) -> dict[str, str]:
    """What is said: in detEvento (NF-e), in the group inside it (CT-e …), in e101101 (NFS-e)."""
    carrier = pedido.em("detEvento")
    below = [lista[0] for each in (pedido, carrier) for lista in each.grupos.values()]
    found: dict[str, str] = {}
    for grupo in (*below, carrier):
        found |= _DETALHE.read(grupo)
    return found
