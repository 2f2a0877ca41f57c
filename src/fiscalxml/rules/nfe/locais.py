"""Groups F, G and GA: places of pick-up and delivery, and who may download the note."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import (
    cnpj_invalido,
    cpf_invalido,
    ie_invalida,
    municipio_de_outra_uf,
    municipio_no_exterior,
)
from fiscalxml.rules.nfe.scopes import Nota, a_consumidor, de_cada


def cnpj_do_local(local: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(local, "CNPJ")


def cpf_do_local(local: Grupo, _nota: Nota) -> Falha | None:
    return cpf_invalido(local, "CPF")


def local_no_exterior(local: Grupo, _nota: Nota) -> Falha | None:
    return municipio_no_exterior(local["cMun"], local["UF"], "cMun")


def municipio_do_local(local: Grupo, _nota: Nota) -> Falha | None:
    return municipio_de_outra_uf(local["cMun"], local["UF"], "cMun")


def ie_do_local(local: Grupo, _nota: Nota) -> Falha | None:
    return ie_invalida(local["IE"], local["UF"], "IE")


# Rule and code at the place of pick-up and at that of delivery, what is compared, how to mend it,
# what leads to it.
_DOS_LOCAIS: Final = (
    (
        ("nfe:F02-10", "512"),
        ("nfe:G02-10", "514"),
        cnpj_do_local,
        "Corrija o CNPJ do local de {local}.",
        "CNPJ digitado errado no cadastro do local.",
    ),
    (
        ("nfe:F02a-10", "540"),
        ("nfe:G02a-10", "541"),
        cpf_do_local,
        "Corrija o CPF do local de {local}.",
        "CPF digitado errado no cadastro do local.",
    ),
    (
        ("nfe:F07-10", "513"),
        ("nfe:G07-10", "515"),
        local_no_exterior,
        "No exterior, informe cMun 9999999.",
        "Local do exterior cadastrado com um município brasileiro.",
    ),
    (
        ("nfe:F07-30", "277"),
        ("nfe:G07-30", "279"),
        municipio_do_local,
        "Informe em {local}/cMun um município da UF da {local}.",
        "UF e código do município vêm de cadastros diferentes.",
    ),
    (
        ("nfe:F15-10", "971"),
        ("nfe:G15-10", "971"),
        ie_do_local,
        "Corrija a inscrição estadual do local de {local}.",
        "Inscrição digitada errada, ou de outra UF.",
    ),
)
for _retirada, _entrega, _funcao, _correcao, _causa in _DOS_LOCAIS:
    for _grupo, (_regra, _codigo) in (("retirada", _retirada), ("entrega", _entrega)):
        de_cada(_grupo, _regra, _codigo, correcao=_correcao.format(local=_grupo), causa=_causa)(
            _funcao
        )


@de_cada(
    "retirada",
    "nfce:F01-10",
    "669",
    desde=date(2026, 8, 3),
    quando=a_consumidor,
    correcao="Retire o grupo retirada: a venda a consumidor não tem local de retirada.",
    causa="Modelo de NF-e com local de retirada reaproveitado na venda a consumidor.",
)
def retirada_na_venda_a_consumidor(_local: Grupo, _nota: Nota) -> Falha | None:
    return Falha("", "informado", "não informar")


@de_cada(
    "entrega",
    "nfce:G01-10",
    "670",
    quando=a_consumidor,
    correcao="Retire o grupo entrega: a venda a consumidor não tem local de entrega.",
    causa="Modelo de NF-e com local de entrega reaproveitado na venda a consumidor.",
    duvida="É de implementação futura: a nota técnica não diz a data.",
)
def entrega_na_venda_a_consumidor(_local: Grupo, _nota: Nota) -> Falha | None:
    return Falha("", "informado", "não informar")


@de_cada(
    "autXML",
    "nfe:GA02-10",
    "323",
    correcao="Corrija o CNPJ de quem pode baixar o XML.",
    causa="CNPJ do contador ou do transportador digitado errado.",
)
def cnpj_autorizado(autorizado: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(autorizado, "CNPJ")


@de_cada(
    "autXML",
    "nfe:GA03-10",
    "325",
    correcao="Corrija o CPF de quem pode baixar o XML.",
    causa="CPF do contador ou do transportador digitado errado.",
)
def cpf_autorizado(autorizado: Grupo, _nota: Nota) -> Falha | None:
    return cpf_invalido(autorizado, "CPF")


@de_cada(
    "autXML",
    "nfe:GA02-20",
    "324",
    correcao="Retire o CNPJ do destinatário de autXML: ele já pode baixar o XML.",
    causa="O cliente foi incluído na lista de quem pode baixar o XML.",
)
def destinatario_autorizado(autorizado: Grupo, nota: Nota) -> Falha | None:
    cnpj = autorizado["CNPJ"]
    if cnpj and cnpj == nota.dest["CNPJ"]:
        return Falha("CNPJ", cnpj, "CNPJ de outra empresa")
    return None


@de_cada(
    "autXML",
    "nfe:GA03-20",
    "326",
    correcao="Retire o CPF do destinatário de autXML: ele já pode baixar o XML.",
    causa="O cliente foi incluído na lista de quem pode baixar o XML.",
)
def pessoa_destinataria_autorizada(autorizado: Grupo, nota: Nota) -> Falha | None:
    cpf = autorizado["CPF"]
    if cpf and cpf == nota.dest["CPF"]:
        return Falha("CPF", cpf, "CPF de outra pessoa")
    return None
