"""Events of all families, requests of the NFS-e among them, and inutilizações."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fiscalxml.documents.campos import Campos
from fiscalxml.documents.facts import CHAVES
from fiscalxml.summaries.parts import Pessoa, Referencia, named
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
    return Vista(
        evento=Evento(**around | _EVENTO.read(pedido) | _detail(pedido)),
        referencias=list(_referencias(pedido)),
    )


def view_inutilizacao(grupo: Campos) -> Vista:
    """An infInut: numbers that will not be used."""
    emitente = Pessoa.read(grupo)
    return Vista(
        participantes={"emitente": emitente} if emitente != Pessoa() else {},
        detalhes=_INUTILIZACAO.read(grupo),
    )


def _referencias(pedido: Campos) -> Iterator[Referencia]:
    """Other documents than that of the event: what takes its place, what is carried on."""
    for grupo in _carriers(pedido):
        yield from named("substituto", [grupo["chNFeRef"], grupo["chSubstituta"]])
        entregues = (each["chNFe"] for each in grupo.lista("infEntrega"))
        yield from named("entregue", entregues)
        incluidos = (each["chNFe"] for each in grupo.lista("infDoc"))
        yield from named("transportado", incluidos)


def _carriers(pedido: Campos) -> tuple[Campos, ...]:
    """The groups in which an event says what it does; the last counts most."""
    carrier = pedido.em("detEvento")
    outside = (lista[0] for nome, lista in pedido.grupos.items() if nome != "detEvento")
    inside = (lista[0] for lista in carrier.grupos.values())
    return (*outside, *inside, carrier)


def _detail(pedido: Campos) -> dict[str, str]:
    """What is said: in detEvento (NF-e), in the group inside it (CT-e …), in e101101 (NFS-e)."""
    found: dict[str, str] = {}
    for grupo in _carriers(pedido):
        found |= _DETALHE.read(grupo)
    return found
