"""Group E: where the goods go, against what idDest says (E03a, E12, E14, E16a)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import EXTERIOR
from fiscalxml.rules.nfe.scopes import Natureza, Nota, da_nota, em_cada

_LEIAUTE: Final = date(2018, 8, 2)
"""from here on all notes are of this layout; NT 2022.002 only brought exceptions to four rules"""
_BRASIL: Final = "1058"
_TRANSFERENCIA_AO_EXTERIOR: Final = "7552"
_COMBUSTIVEL_AO_EXTERIOR: Final = "7667"
"""CFOP 7667: fuel sold to a consumer, here to a ship or aircraft that leaves Brazil"""


def _exterior(nota: Natureza) -> bool:
    return nota.idDest == "3"


@da_nota(
    "nfe:E03a-10",
    "720",
    desde=_LEIAUTE,
    quando=_exterior,
    com="dest",
    correcao="Identifique quem está no exterior por idEstrangeiro (que pode ficar vazio), e não "
    "por CNPJ ou CPF.",
    causa="Operação com o exterior feita com o cadastro de um brasileiro, ou idDest errado.",
)
def exterior_sem_id_estrangeiro(nota: Nota) -> Falha | None:
    """Fuel for consumption abroad may be sold to a Brazilian company."""
    if "idEstrangeiro" in nota.dest or _TRANSFERENCIA_AO_EXTERIOR in nota.cfops:
        return None
    if nota.ender_dest["cPais"] == _BRASIL and _combustivel_ao_exterior(nota):
        return None
    return Falha("dest/idEstrangeiro", "ausente", "informado")


@da_nota(
    "nfe:E12-10",
    "727",
    desde=_LEIAUTE,
    quando=_exterior,
    com="dest/enderDest",
    correcao="Na operação com o exterior, a UF do destinatário é EX: corrija-a, ou corrija idDest.",
    causa="Endereço brasileiro no cadastro do cliente do exterior.",
)
def exterior_com_uf_brasileira(nota: Nota) -> Falha | None:
    uf = nota.ender_dest["UF"]
    if uf == EXTERIOR or _excetuada(nota):
        return None
    return Falha("dest/enderDest/UF", uf, EXTERIOR)


def mesma_uf(nota: Nota) -> Falha | None:
    """In an operation between states the goods go from one to another.

    (No fault where destinatário and emitente are one company, or where goods are consumed in
    another state: comb/UFCons.)
    """
    uf = nota.ender_emit["UF"]
    if nota.ender_dest["UF"] != uf:
        return None
    saida, chegada = _percurso(nota)
    if saida != chegada or _mesma_pessoa(nota) or _ufs_de_consumo(nota) - {uf}:
        return None
    return Falha("dest/enderDest/UF", uf, f"outra UF que não {uf}")


def outra_uf(nota: Nota) -> Falha | None:
    """In an operation inside a state, other than to a final consumer, the goods stay there."""
    uf, destino = nota.ender_emit["UF"], nota.ender_dest["UF"]
    if destino == uf:
        return None
    saida, chegada = _percurso(nota)
    if saida == chegada or uf in _ufs_de_consumo(nota):
        return None
    return Falha("dest/enderDest/UF", destino, uf)


def _operacao(tipo: str, destino: str) -> Callable[[Natureza], bool]:
    return lambda nota: nota.tpNF == tipo and nota.idDest == destino


def _operacao_interna(tipo: str) -> Callable[[Natureza], bool]:
    interna = _operacao(tipo, "1")
    return lambda nota: nota.indFinal != "1" and interna(nota)


for _tipo, _interestadual, _interna in (
    ("1", "nfe:E12-30", "nfe:E12-40"),
    ("0", "nfe:E12-50", "nfe:E12-60"),
):
    da_nota(
        _interestadual,
        "772",
        quando=_operacao(_tipo, "2"),
        com="dest/enderDest",
        correcao="A mercadoria não sai da UF: informe idDest 1, ou corrija a UF do destinatário, "
        "da retirada ou da entrega.",
        causa="CFOP e idDest interestaduais em venda a cliente da mesma UF.",
    )(mesma_uf)
    da_nota(
        _interna,
        "773",
        quando=_operacao_interna(_tipo),
        com="dest/enderDest",
        correcao="A mercadoria vai a outra UF: informe idDest 2, ou corrija a UF do destinatário, "
        "da retirada ou da entrega.",
        causa="CFOP e idDest internos em venda a cliente de outra UF.",
    )(outra_uf)


@da_nota(
    "nfe:E14-10",
    "510",
    desde=_LEIAUTE,
    quando=_exterior,
    com="dest/enderDest",
    correcao="Informe em cPais o código do país do destinatário, que não é o Brasil.",
    causa="País não informado, ou o padrão (1058, Brasil) mantido no cadastro do cliente.",
)
def exterior_sem_pais(nota: Nota) -> Falha | None:
    pais = nota.ender_dest["cPais"]
    if pais not in ("", _BRASIL) or _excetuada(nota):
        return None
    return Falha("dest/enderDest/cPais", pais or "ausente", "código de outro país")


@da_nota(
    "nfe:E16a-20",
    "790",
    desde=_LEIAUTE,
    quando=lambda nota: nota.idDest == "3" and nota.indIEDest != "9",
    com="dest",
    correcao="Quem está no exterior não é contribuinte do ICMS: informe indIEDest 9.",
    causa="Indicador de contribuinte mantido no cadastro do cliente do exterior.",
)
def exterior_contribuinte(nota: Nota) -> Falha | None:
    if _excetuada(nota):
        return None
    return Falha("dest/indIEDest", nota.dest["indIEDest"], "9")


def _percurso(nota: Nota) -> tuple[str, str]:
    """The states from which and to which the goods go.

    A place of pick-up stands for the address of who sends, one of delivery for that of who
    receives.
    """
    emitente, destinatario = nota.ender_emit["UF"], nota.ender_dest["UF"]
    if nota.ide["tpNF"] == "0":
        emitente, destinatario = destinatario, emitente
    grupo = nota.grupo
    return grupo.em("retirada")["UF"] or emitente, grupo.em("entrega")["UF"] or destinatario


def _mesma_pessoa(nota: Nota) -> bool:
    campo = "CNPJ" if "CNPJ" in nota.emit else "CPF"
    return nota.emit[campo] == nota.dest[campo]


def _ufs_de_consumo(nota: Nota) -> set[str]:
    """Where the fuel of the note is consumed."""
    return {comb["UFCons"] for comb in em_cada(nota.prods, "comb")}


def _excetuada(nota: Nota) -> bool:
    """Fuel for consumption abroad, or goods sent to a company's own place abroad."""
    return _TRANSFERENCIA_AO_EXTERIOR in nota.cfops or _combustivel_ao_exterior(nota)


def _combustivel_ao_exterior(nota: Nota) -> bool:
    return _COMBUSTIVEL_AO_EXTERIOR in nota.cfops and any(
        prod["CFOP"] == _COMBUSTIVEL_AO_EXTERIOR and prod.em("comb")["UFCons"] == EXTERIOR
        for prod in nota.prods
    )
