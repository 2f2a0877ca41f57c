"""Group X: transport."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.lookup import desconhecido
from fiscalxml.rules.nfe.pessoas import (
    EXTERIOR,
    cnpj_invalido,
    cpf_invalido,
    ie_invalida,
    municipio_inexistente,
)
from fiscalxml.rules.nfe.proibicoes import proibe_na_nota
from fiscalxml.rules.nfe.scopes import FISCO, MOC_7, Item, Nota, a_consumidor, da_nota, do_item
from fiscalxml.tables import cfop, operador

_NT_2021_004: Final = date(2022, 9, 12)
"""production of all of it, as its version 1.31 says"""
_SEM_TRANSPORTADOR_EXIGIDO: Final = date(2024, 6, 30)
"""last day of the two rules that NT 2023.004 takes out"""
_SEM_FRETE: Final = "9"
_AO_EXTERIOR: Final = "7667"
"""CFOP of fuel sold to a ship or aircraft that leaves Brazil"""
_ENTREGA: Final = "4"
"""indPres of a delivery at home"""


@da_nota(
    "nfce:X02-10",
    "753",
    quando=lambda nota: a_consumidor(nota) and nota.indPres != _ENTREGA,
    correcao="Sem entrega em domicílio a NFC-e, ou a NF-e com tpImp 6, não tem frete: informe "
    "modFrete 9.",
    causa="Modalidade de frete padrão da NF-e usada na venda de balcão.",
)
def frete_sem_entrega(nota: Nota) -> Falha | None:
    frete = nota.grupo.em("transp")["modFrete"]
    if frete in ("", _SEM_FRETE):
        return None
    return Falha("transp/modFrete", frete, _SEM_FRETE)


@da_nota(
    "nfce:X03-10",
    "754",
    ate=_SEM_TRANSPORTADOR_EXIGIDO,
    quando=lambda nota: nota.indPres != _ENTREGA,
    com="transp/transporta",
    correcao="Sem entrega em domicílio a NFC-e não tem transportador: retire transporta.",
    causa="Transportador padrão da NF-e enviado na venda de balcão.",
)
def transportador_sem_entrega(_nota: Nota) -> Falha | None:
    return Falha("transp/transporta", "informado", "não informar")


@da_nota(
    "nfce:X03-20",
    "786",
    ate=_SEM_TRANSPORTADOR_EXIGIDO,
    quando=lambda nota: nota.indPres == _ENTREGA,
    correcao="Informe em transp/transporta quem faz a entrega em domicílio.",
    causa="Venda por entrega registrada sem o entregador; pode ser a própria loja.",
)
def entrega_sem_transportador(nota: Nota) -> Falha | None:
    if nota.grupo.em("transp").tem("transporta"):
        return None
    return Falha("transp/transporta", "ausente", "informado")


@da_nota(
    "nfe:X02-20",
    "868",
    quando=lambda nota: nota.idDest == "2" and nota.procEmi not in FISCO,
    com=("transp/veicTransp", "transp/reboque"),
    correcao="Na operação interestadual, o veículo e os reboques vão no MDF-e: retire-os da nota.",
    causa="Placa do cadastro do transportador enviada em toda nota.",
)
def veiculo_interestadual(nota: Nota) -> Falha | None:
    transp = nota.grupo.em("transp")
    grupo = "veicTransp" if transp.tem("veicTransp") else "reboque"
    return Falha(f"transp/{grupo}", "informado", "não informar")


@da_nota(
    "nfe:X03-30",
    "845",
    desde=_NT_2021_004,
    com="transp/transporta",
    correcao="Com modFrete 9 (sem transporte) não há transportador: retire transporta, ou corrija "
    "modFrete.",
    causa="Transportador padrão do cadastro do cliente em nota sem transporte.",
)
def transportador_sem_transporte(nota: Nota) -> Falha | None:
    if nota.grupo.em("transp")["modFrete"] == _SEM_FRETE:
        return Falha("transp/transporta", "informado", "não informar")
    return None


@da_nota(
    "nfe:X04-20",
    "542",
    com="transp/transporta:CNPJ",
    correcao="Corrija o CNPJ do transportador.",
    causa="CNPJ digitado errado no cadastro do transportador.",
)
def cnpj_do_transportador(nota: Nota) -> Falha | None:
    return cnpj_invalido(nota.grupo.em("transp", "transporta"), "transp/transporta/CNPJ")


@da_nota(
    "nfe:X05-10",
    "543",
    com="transp/transporta:CPF",
    correcao="Corrija o CPF do transportador.",
    causa="CPF digitado errado no cadastro do transportador.",
)
def cpf_do_transportador(nota: Nota) -> Falha | None:
    return cpf_invalido(nota.grupo.em("transp", "transporta"), "transp/transporta/CPF")


@do_item(
    "nfe:X04-10",
    "362",
    desde=MOC_7,
    quando=lambda nota: nota.finNFe == "1",
    com="prod/comb",
    tabela="anp_transportador",
    correcao="Informe o CNPJ ou CPF do transportador; sem circulação da mercadoria, ou com "
    "transportador estrangeiro, o do próprio emitente.",
    causa="Venda de combustível com o grupo transp preenchido só com a modalidade do frete.",
)
def combustivel_sem_transportador(item: Item) -> Falha | None:
    """Of some products (the operator's table), but not of what a ship or aircraft takes abroad."""
    nota, comb = item.nota, item.prod.em("comb")
    transporta = nota.grupo.em("transp", "transporta")
    if transporta["CNPJ"] or transporta["CPF"] or transporta["UF"] == EXTERIOR:
        return None
    found = cfop.busca(item.prod["CFOP"])
    if found is None or not found.combustivel_transportado:
        return None
    if comb["cProdANP"] not in (operador.tabela("anp_transportador") or {}):
        return None
    if any(
        prod["CFOP"] == _AO_EXTERIOR and prod.em("comb")["UFCons"] == EXTERIOR
        for prod in nota.prods
    ):
        return None
    return Falha("prod/comb/cProdANP", comb["cProdANP"], "transp/transporta com CNPJ ou CPF")


@da_nota(
    "nfe:X07-10",
    "559",
    com="transp/transporta:IE",
    correcao="Com a IE do transportador, informe também a UF dele.",
    causa="Cadastro do transportador sem a UF.",
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
    causa="Inscrição digitada errada, ou de outra UF.",
)
def ie_do_transportador(nota: Nota) -> Falha | None:
    transporta = nota.grupo.em("transp", "transporta")
    return ie_invalida(transporta["IE"], transporta["UF"], "transp/transporta/IE")


@da_nota(
    "nfe:X16-10",
    "722",
    com="transp/retTransp:CFOP",
    correcao="Em retTransp/CFOP vai o CFOP de uma prestação de transporte, como 5353 ou 6353.",
    causa="CFOP da mercadoria copiado para a retenção do ICMS do transporte.",
)
def cfop_de_transporte(nota: Nota) -> Falha | None:
    codigo = nota.grupo.em("transp", "retTransp")["CFOP"]
    found = cfop.busca(codigo)
    if found is not None and found.transporte:
        return None
    if found is not None:
        return Falha("transp/retTransp/CFOP", codigo, "CFOP de transporte")
    return desconhecido(
        "transp/retTransp/CFOP",
        codigo,
        "CFOP de transporte",
        tabela=cfop.TABELA,
        emissao=nota.emissao,
    )


@da_nota(
    "nfe:X17-10",
    "288",
    com="transp/retTransp:cMunFG",
    correcao="Informe em retTransp/cMunFG o código IBGE, de 7 dígitos, do município em que o "
    "transporte começa.",
    causa="Cadastro com o código de outra tabela (TOM, SIAFI), ou com um dígito trocado.",
)
def municipio_do_transporte(nota: Nota) -> Falha | None:
    return municipio_inexistente(
        nota.grupo.em("transp", "retTransp")["cMunFG"], "transp/retTransp/cMunFG", nota.emissao
    )


for _regra, _codigo, _grupo, _nome in (
    ("nfce:X11-10", "755", "retTransp", "retenção de ICMS no transporte"),
    ("nfce:X18-10", "756", "veicTransp", "dados do veículo de transporte"),
    ("nfce:X22-10", "757", "reboque", "dados de reboque"),
):
    proibe_na_nota(
        _regra,
        _codigo,
        f"transp/{_grupo}",
        quando=a_consumidor,
        correcao=f"A venda a consumidor (NFC-e, ou NF-e com tpImp 6) não tem {_nome}: retire o "
        f"grupo {_grupo}.",
        causa="Dados de transporte das demais notas enviados também na venda a consumidor.",
    )


def _proibe_campo(regra: str, codigo: str, campo: str) -> None:
    def proibido(nota: Nota) -> Falha | None:
        return Falha(f"transp/{campo}", nota.grupo.em("transp")[campo], "não informar")

    da_nota(
        regra,
        codigo,
        com=f"transp:{campo}",
        quando=a_consumidor,
        correcao=f"A venda a consumidor (NFC-e, ou NF-e com tpImp 6) não tem transporte por vagão "
        f"nem por balsa: retire {campo}.",
        causa="Dados de transporte das demais notas enviados também na venda a consumidor.",
    )(proibido)


_proibe_campo("nfce:X25a-10", "758", "vagao")
_proibe_campo("nfce:X25b-10", "759", "balsa")
