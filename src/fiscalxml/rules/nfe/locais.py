"""Groups F, G and GA: places of pick-up and delivery, and who may download the note."""

from __future__ import annotations

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import (
    cnpj_invalido,
    cpf_invalido,
    municipio_de_outra_uf,
    municipio_no_exterior,
)
from fiscalxml.rules.nfe.scopes import Nota, de_cada


@de_cada("retirada", "nfe:F07-10", "513", correcao="No exterior, informe cMun 9999999.")
def retirada_no_exterior(local: Grupo, _nota: Nota) -> Falha | None:
    return municipio_no_exterior(local["cMun"], local["UF"], "cMun")


@de_cada(
    "retirada",
    "nfe:F07-30",
    "277",
    correcao="Informe em retirada/cMun um município da UF da retirada.",
)
def municipio_da_retirada(local: Grupo, _nota: Nota) -> Falha | None:
    return municipio_de_outra_uf(local["cMun"], local["UF"], "cMun")


@de_cada("entrega", "nfe:G07-10", "515", correcao="No exterior, informe cMun 9999999.")
def entrega_no_exterior(local: Grupo, _nota: Nota) -> Falha | None:
    return municipio_no_exterior(local["cMun"], local["UF"], "cMun")


@de_cada(
    "entrega",
    "nfe:G07-30",
    "279",
    correcao="Informe em entrega/cMun um município da UF da entrega.",
)
def municipio_da_entrega(local: Grupo, _nota: Nota) -> Falha | None:
    return municipio_de_outra_uf(local["cMun"], local["UF"], "cMun")


@de_cada("autXML", "nfe:GA02-10", "323", correcao="Corrija o CNPJ de quem pode baixar o XML.")
def cnpj_autorizado(autorizado: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(autorizado, "CNPJ")


@de_cada("autXML", "nfe:GA03-10", "325", correcao="Corrija o CPF de quem pode baixar o XML.")
def cpf_autorizado(autorizado: Grupo, _nota: Nota) -> Falha | None:
    return cpf_invalido(autorizado, "CPF")


@de_cada(
    "autXML",
    "nfe:GA02-20",
    "324",
    correcao="Retire o CNPJ do destinatário de autXML: ele já pode baixar o XML.",
)
def destinatario_autorizado(autorizado: Grupo, nota: Nota) -> Falha | None:
    cnpj = autorizado["CNPJ"]
    if cnpj and cnpj == nota.dest["CNPJ"]:
        return Falha("CNPJ", cnpj, "CNPJ de outra empresa")
    return None
