"""Group E: destinatário, its address (E05 to E14)."""

from __future__ import annotations

from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import (
    EXTERIOR,
    municipio_de_outra_uf,
    municipio_no_exterior,
)
from fiscalxml.rules.nfe.scopes import SIMPLIFICADO, Nota, da_nota

_BRASIL: Final = "1058"


@da_nota(
    "nfe:E05-10",
    "726",
    quando=lambda nota: nota.tpImp != SIMPLIFICADO,
    com="dest",
    correcao="Informe o endereço do destinatário (dest/enderDest).",
    causa="Cliente sem endereço no cadastro.",
)
def nfe_sem_endereco(nota: Nota) -> Falha | None:
    return None if nota.dest.tem("enderDest") else Falha("dest/enderDest", "ausente", "informado")


@da_nota(
    "nfce:E05-20",
    "788",
    quando=lambda nota: nota.indPres == "4",
    com="dest",
    correcao="Informe o endereço do comprador: a venda é com entrega em domicílio.",
    causa="Venda por entrega com cadastro do comprador incompleto.",
)
def entrega_sem_endereco(nota: Nota) -> Falha | None:
    if not nota.dest.tem("enderDest"):
        return Falha("dest/enderDest", "ausente", "informado")
    return None


@da_nota(
    "nfe:E10-20",
    "275",
    com="dest/enderDest",
    correcao="Informe em enderDest/cMun o código IBGE de um município da UF do destinatário.",
    causa="UF e código do município vêm de cadastros diferentes, ou um deles está desatualizado.",
)
def municipio_do_destinatario(nota: Nota) -> Falha | None:
    ender = nota.ender_dest
    return municipio_de_outra_uf(ender["cMun"], ender["UF"], "dest/enderDest/cMun")


@da_nota(
    "nfe:E10-30",
    "509",
    com="dest/enderDest",
    correcao="Para destinatário no exterior, informe cMun 9999999.",
    causa="Cliente do exterior cadastrado com um município brasileiro.",
)
def municipio_do_destinatario_no_exterior(nota: Nota) -> Falha | None:
    ender = nota.ender_dest
    return municipio_no_exterior(ender["cMun"], ender["UF"], "dest/enderDest/cMun")


@da_nota(
    "nfe:E14-30",
    "926",
    com="dest/enderDest",
    correcao="Informe em cPais o código do país do destinatário, que não é o Brasil.",
    causa="País padrão (1058, Brasil) mantido no cadastro do cliente do exterior.",
)
def pais_do_exterior(nota: Nota) -> Falha | None:
    ender = nota.ender_dest
    if ender["UF"] == EXTERIOR and ender["cPais"] == _BRASIL:
        return Falha("dest/enderDest/cPais", _BRASIL, "código de outro país")
    return None


@da_nota(
    "nfe:E14-20",
    "511",
    quando=lambda nota: nota.idDest != "3",
    com="dest/enderDest:cPais",
    correcao="Fora de operação com o exterior, cPais é 1058 (Brasil): corrija-o, ou idDest.",
    causa="Cliente do exterior em nota que não é de exportação nem de importação.",
)
def pais_do_brasil(nota: Nota) -> Falha | None:
    """A destinatário with a foreign document (idEstrangeiro) may live anywhere."""
    pais = nota.ender_dest["cPais"]
    if pais in ("", _BRASIL) or nota.dest["idEstrangeiro"]:
        return None
    return Falha("dest/enderDest/cPais", pais, "1058")
