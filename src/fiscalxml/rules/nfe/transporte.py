"""Group X: transport."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import cnpj_invalido, cpf_invalido, ie_invalida
from fiscalxml.rules.nfe.proibicoes import proibe_na_nota
from fiscalxml.rules.nfe.scopes import Nota, da_nota

_SEM_FRETE: Final = "9"
_ENTREGA: Final = "4"
"""indPres of a delivery at home"""


@da_nota(
    "nfce:X02-10",
    "753",
    quando=lambda nota: nota.indPres != _ENTREGA,
    correcao="Sem entrega em domicílio a NFC-e não tem frete: informe modFrete 9.",
)
def frete_sem_entrega(nota: Nota) -> Falha | None:
    frete = nota.grupo.em("transp")["modFrete"]
    if frete in ("", _SEM_FRETE):
        return None
    return Falha("transp/modFrete", frete, _SEM_FRETE)


@da_nota(
    "nfce:X03-10",
    "754",
    quando=lambda nota: nota.indPres != _ENTREGA,
    com="transp/transporta",
    correcao="Sem entrega em domicílio a NFC-e não tem transportador: retire transporta.",
)
def transportador_sem_entrega(_nota: Nota) -> Falha | None:
    return Falha("transp/transporta", "informado", "não informar")


@da_nota(
    "nfce:X03-20",
    "786",
    quando=lambda nota: nota.indPres == _ENTREGA,
    correcao="Informe em transp/transporta quem faz a entrega em domicílio.",
)
def entrega_sem_transportador(nota: Nota) -> Falha | None:
    if nota.grupo.em("transp").tem("transporta"):
        return None
    return Falha("transp/transporta", "ausente", "informado")


@da_nota(
    "nfe:X03-30",
    "845",
    desde=date(2022, 5, 16),
    com="transp/transporta",
    correcao="Com modFrete 9 (sem transporte) não há transportador: retire transporta, ou corrija "
    "modFrete.",
)
def transportador_sem_transporte(nota: Nota) -> Falha | None:
    if nota.grupo.em("transp")["modFrete"] == _SEM_FRETE:
        return Falha("transp/transporta", "informado", "não informar")
    return None


@da_nota(
    "nfe:X04-20", "542", com="transp/transporta:CNPJ", correcao="Corrija o CNPJ do transportador."
)
def cnpj_do_transportador(nota: Nota) -> Falha | None:
    return cnpj_invalido(nota.grupo.em("transp", "transporta"), "transp/transporta/CNPJ")


@da_nota(
    "nfe:X05-10", "543", com="transp/transporta:CPF", correcao="Corrija o CPF do transportador."
)
def cpf_do_transportador(nota: Nota) -> Falha | None:
    return cpf_invalido(nota.grupo.em("transp", "transporta"), "transp/transporta/CPF")


@da_nota(
    "nfe:X07-10",
    "559",
    com="transp/transporta:IE",
    correcao="Com a IE do transportador, informe também a UF dele.",
)
def transportador_sem_uf(nota: Nota) -> Falha | None:
    transporta = nota.grupo.em("transp", "transporta")
    if transporta["IE"] and not transporta["UF"]:
        return Falha("transp/transporta/UF", "ausente", "UF do transportador")
    return None


@da_nota(
    "nfe:X07-20",
    "544",
    com="transp/transporta:IE",
    correcao="Corrija a inscrição estadual do transportador.",
)
def ie_do_transportador(nota: Nota) -> Falha | None:
    transporta = nota.grupo.em("transp", "transporta")
    return ie_invalida(transporta["IE"], transporta["UF"], "transp/transporta/IE")


for _regra, _codigo, _grupo, _nome in (
    ("nfce:X11-10", "755", "retTransp", "retenção de ICMS no transporte"),
    ("nfce:X18-10", "756", "veicTransp", "dados do veículo de transporte"),
    ("nfce:X22-10", "757", "reboque", "dados de reboque"),
):
    proibe_na_nota(
        _regra,
        _codigo,
        f"transp/{_grupo}",
        correcao=f"A NFC-e não tem {_nome}: retire o grupo {_grupo}.",
    )
