"""Group B: identification of the note (ide)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from fiscalxml.documents.facts import parse_datetime
from fiscalxml.engine import Falha
from fiscalxml.identifiers.uf import UF_POR_CODIGO
from fiscalxml.rules.nfe.scopes import FISCO, SIMPLIFICADO, Natureza, Nota, da_nota

_CNF_PROIBIDOS: Final = frozenset(
    {
        *(digit * 8 for digit in "0123456789"),
        *(("0123456789" * 2)[start : start + 8] for start in range(10)),
    }
)
_FIM_DA_794: Final = date(2026, 8, 2)
"""NT 2026.002 removed it"""
_TOLERANCIA_RELOGIO: Final = timedelta(minutes=5)
_CFOP_SEM_REFERENCIA: Final = frozenset({"1201", "1202", "1410", "1411", "5921", "6921"})
_CFOP_SEM_INTERMEDIADOR: Final = frozenset(
    {"5205", "5206", "5207", *map(str, range(5251, 5259)), *map(str, range(5301, 5308))}
)
_CREDITO_REFERENCIADO: Final = frozenset({"1", "3", "4", "01", "03", "04"})
"""tpNFCredito that refers to one note"""


@da_nota(
    "nfe:B03-10",
    "897",
    correcao="Gere um cNF aleatório, diferente do número da nota e sem sequências óbvias.",
)
def codigo_numerico(nota: Nota) -> Falha | None:
    """cNF is no obvious sequence, and not the note's own number."""
    cnf = nota.ide["cNF"]
    if cnf in _CNF_PROIBIDOS or cnf == nota.ide["nNF"].zfill(8):
        return Falha("ide/cNF", cnf, "código aleatório de 8 dígitos")
    return None


@da_nota(
    "nfe:B09-10",
    "703",
    relogio=True,
    correcao="Corrija a data e a hora de emissão, ou o relógio e o fuso de quem emite.",
)
def emissao_no_futuro(nota: Nota) -> Falha | None:
    """dhEmi is at most five minutes after the receipt."""
    if nota.emissao is None or nota.recebimento is None:
        return None
    if nota.emissao > nota.recebimento + _TOLERANCIA_RELOGIO:
        return Falha("ide/dhEmi", nota.ide["dhEmi"], f"até {nota.recebimento.isoformat()}")
    return None


@da_nota(
    "nfce:B10-10",
    "705",
    com="ide:dhSaiEnt",
    correcao="Retire dhSaiEnt: a NFC-e não tem data de entrada ou saída.",
)
def nfce_sem_data_de_saida(nota: Nota) -> Falha | None:
    if "dhSaiEnt" in nota.ide:
        return Falha("ide/dhSaiEnt", nota.ide["dhSaiEnt"], "não informar")
    return None


@da_nota(
    "nfe:B10-40",
    "506",
    quando=lambda nota: nota.tpNF == "1",
    com="ide:dhSaiEnt",
    correcao="Informe uma data de saída igual ou posterior à de emissão.",
)
def saida_antes_da_emissao(nota: Nota) -> Falha | None:
    """The day of dhSaiEnt, in a note of saída, is not before that of dhEmi."""
    saida, emissao = _day(nota.ide["dhSaiEnt"]), _day(nota.ide["dhEmi"])
    if saida is not None and emissao is not None and saida < emissao:
        return Falha("ide/dhSaiEnt", nota.ide["dhSaiEnt"], f"a partir de {emissao:%Y-%m-%d}")
    return None


@da_nota(
    "nfce:B11-10",
    "706",
    quando=lambda nota: nota.tpNF != "1",
    correcao="NFC-e é sempre de saída: informe tpNF 1.",
)
def nfce_de_saida(nota: Nota) -> Falha | None:
    return _outro(nota, "tpNF", "1")


@da_nota(
    "nfce:B11a-10",
    "707",
    quando=lambda nota: nota.idDest != "1",
    correcao="NFC-e é só para operação interna (idDest 1); para as outras, emita NF-e.",
)
def nfce_interna(nota: Nota) -> Falha | None:
    return _outro(nota, "idDest", "1")


@da_nota(
    "nfe:B12-20",
    "271",
    correcao="Informe em cMunFG o código IBGE de um município da UF do emitente.",
)
def municipio_do_fato_gerador(nota: Nota) -> Falha | None:
    """cMunFG begins with the code of the emitente's UF."""
    municipio, uf = nota.ide["cMunFG"], nota.ide["cUF"]
    if municipio[:2] != uf:
        return Falha("ide/cMunFG", municipio, f"município de {UF_POR_CODIGO.get(uf, uf)} ({uf}…)")
    return None


@da_nota(
    "nfce:B21-10",
    "709",
    quando=lambda nota: nota.tpImp not in ("4", "5"),
    correcao="Informe tpImp 4 (DANFE NFC-e) ou 5 (DANFE NFC-e em mensagem eletrônica).",
)
def danfe_da_nfce(nota: Nota) -> Falha | None:
    return _outro(nota, "tpImp", "4 ou 5")


@da_nota(
    "nfe:B21-20",
    "710",
    quando=lambda nota: nota.tpImp in ("4", "5"),
    correcao="Os formatos 4 e 5 são da NFC-e: informe em tpImp um formato de DANFE de NF-e.",
)
def danfe_da_nfe(nota: Nota) -> Falha | None:
    return Falha("ide/tpImp", nota.ide["tpImp"], "0, 1, 2 ou 3")


@da_nota(
    "nfe:B22-10",
    "711",
    quando=lambda nota: nota.tpEmis == "9" and nota.tpImp != SIMPLIFICADO,
    correcao="A contingência off-line (tpEmis 9) é da NFC-e, e da NF-e com DANFE simplificado tipo "
    "2 (tpImp 6): use EPEC, FS-DA ou SVC.",
)
def nfe_sem_contingencia_offline(nota: Nota) -> Falha | None:
    return Falha("ide/tpEmis", nota.ide["tpEmis"], "outro tipo de emissão")


@da_nota(
    "nfce:B25-20",
    "715",
    quando=lambda nota: nota.finNFe != "1",
    correcao="NFC-e só tem finalidade normal: informe finNFe 1.",
)
def finalidade_da_nfce(nota: Nota) -> Falha | None:
    return _outro(nota, "finNFe", "1")


@da_nota(
    "nfe:B25-30",
    "254",
    quando=lambda nota: nota.finNFe in ("2", "5"),
    correcao="Informe em NFref a chave da nota que esta complementa (ou a que o crédito se "
    "refere).",
)
def complementar_sem_referencia(nota: Nota) -> Falha | None:
    if _refere_uma_nota(nota) and not nota.ide.lista("NFref"):
        return Falha("ide/NFref", "ausente", "uma nota referenciada")
    return None


@da_nota(
    "nfe:B25-40",
    "255",
    quando=lambda nota: nota.finNFe in ("2", "5"),
    com="ide/NFref",
    correcao="Deixe uma só nota em NFref: a que esta complementa (ou a que o crédito se refere).",
)
def complementar_com_varias_referencias(nota: Nota) -> Falha | None:
    quantas = len(nota.ide.lista("NFref"))
    if quantas > 1 and _refere_uma_nota(nota):
        return Falha("ide/NFref[2]", f"{quantas} notas referenciadas", "uma")
    return None


@da_nota(
    "nfe:B25-70",
    "321",
    quando=lambda nota: nota.finNFe == "4",
    correcao="Informe o documento da compra ou venda que está sendo devolvida: em NFref ou, por "
    "item, em DFeReferenciado.",
)
def devolucao_sem_referencia(nota: Nota) -> Falha | None:
    """A return refers to what is returned, as a whole or by item, but for a few CFOPs."""
    if nota.ide.lista("NFref") or any(det.tem("DFeReferenciado") for det in nota.itens):
        return None
    if any(prod["CFOP"] in _CFOP_SEM_REFERENCIA for prod in nota.prods):
        return None
    return Falha("ide/NFref", "ausente", "documento fiscal referenciado")


@da_nota(
    "nfce:B25a-10",
    "716",
    quando=lambda nota: nota.indFinal != "1",
    correcao="NFC-e é para consumidor final: informe indFinal 1.",
)
def nfce_a_consumidor_final(nota: Nota) -> Falha | None:
    return _outro(nota, "indFinal", "1")


@da_nota(
    "nfe:B25b-10",
    "794",
    ate=_FIM_DA_794,
    quando=lambda nota: nota.indPres == "4" and nota.tpImp != SIMPLIFICADO,
    correcao="indPres 4 é de NFC-e com entrega em domicílio: informe outro indicador de presença.",
)
def presenca_da_nfe(nota: Nota) -> Falha | None:
    return Falha("ide/indPres", nota.ide["indPres"], "outro indicador de presença")


@da_nota(
    "nfce:B25b-20",
    "717",
    quando=lambda nota: nota.indPres not in ("1", "4", "5"),
    correcao="Informe indPres 1 (presencial), 4 (entrega em domicílio) ou 5 (fora do "
    "estabelecimento).",
)
def presenca_da_nfce(nota: Nota) -> Falha | None:
    return _outro(nota, "indPres", "1 ou 4 ou 5")


@da_nota(
    "nfe:B25b-40",
    "864",
    quando=lambda nota: nota.indPres == "5",
    correcao="Referencie em refNFe ou refNF a nota da remessa para venda fora do estabelecimento.",
)
def venda_fora_do_estabelecimento(nota: Nota) -> Falha | None:
    for ref in nota.ide.lista("NFref"):
        if "refNFe" in ref or "refNFeSig" in ref or ref.tem("refNF"):
            return None
    return Falha("ide/NFref", "sem refNFe e sem refNF", "nota da remessa")


@da_nota(
    "nfe:B25c-10",
    "434",
    quando=lambda nota: _remota(nota) and nota.tpNF == "1" and nota.finNFe == "1",
    desde=date(2022, 4, 4),
    homologacao=date(2021, 8, 23),
    correcao="Informe indIntermed: 0 se a venda foi direta, 1 se foi por site ou plataforma de "
    "terceiros.",
)
def sem_indicador_do_intermediador(nota: Nota) -> Falha | None:
    """A remote sale says whether there is an intermediary, but for energy, telecom, transport."""
    if "indIntermed" in nota.ide:
        return None
    if any(prod["CFOP"] in _CFOP_SEM_INTERMEDIADOR for prod in nota.prods):
        return None
    return Falha("ide/indIntermed", "ausente", "0 ou 1")


@da_nota(
    "nfe:B25c-20",
    "435",
    quando=lambda nota: nota.indPres != "1" and not _remota(nota),
    com="ide:indIntermed",
    desde=date(2022, 4, 4),
    homologacao=date(2021, 8, 23),
    correcao="Numa operação assim não há intermediador: informe indIntermed 0, ou corrija indPres.",
)
def intermediador_indevido(nota: Nota) -> Falha | None:
    if nota.ide["indIntermed"] == "1":
        return Falha("ide/indIntermed", "1", "0")
    return None


@da_nota(
    "nfe:B26-10",
    "244",
    quando=lambda nota: nota.procEmi not in FISCO,
    correcao="Use uma série de 0 a 889 (CNPJ) ou de 920 a 969 (CPF).",
)
def serie_do_contribuinte(nota: Nota) -> Falha | None:
    serie = nota.ide["serie"]
    if not serie.isdecimal():
        return None
    if int(serie) in range(890) or int(serie) in range(920, 970):
        return None
    return Falha("ide/serie", serie, "0 a 889 ou 920 a 969")


@da_nota(
    "nfe:B26-20",
    "451",
    quando=lambda nota: nota.procEmi in FISCO,
    correcao="Nota emitida pelo Fisco tem série de 890 a 919.",
)
def serie_do_fisco(nota: Nota) -> Falha | None:
    serie = nota.ide["serie"]
    if not serie.isdecimal():
        return None
    return None if int(serie) in range(890, 920) else Falha("ide/serie", serie, "890 a 919")


@da_nota(
    "nfe:B28-10",
    "556",
    quando=lambda nota: nota.tpEmis == "1",
    com=("ide:dhCont", "ide:xJust"),
    correcao="Retire dhCont e xJust: a nota tem tipo de emissão normal.",
)
def justificativa_sem_contingencia(nota: Nota) -> Falha | None:
    for campo in ("dhCont", "xJust"):
        if campo in nota.ide:
            return Falha(f"ide/{campo}", nota.ide[campo], "não informar")
    return None


@da_nota(
    "nfe:B28-20",
    "557",
    quando=lambda nota: nota.tpEmis in ("2", "4", "5", "9"),
    correcao="Informe a data e a hora de entrada em contingência (dhCont) e o motivo (xJust).",
)
def contingencia_sem_justificativa(nota: Nota) -> Falha | None:
    for campo in ("dhCont", "xJust"):
        if not nota.ide[campo]:
            return Falha(f"ide/{campo}", "ausente", "informado")
    return None


def _remota(natureza: Natureza) -> bool:
    """The buyer is not there: internet, telephone, delivery at home, others."""
    return natureza.indPres in ("2", "3", "4", "9")


def _outro(nota: Nota, campo: str, esperado: str) -> Falha:
    """The field of ide has another value than it should; `quando` of the rule saw that."""
    return Falha(f"ide/{campo}", nota.ide[campo] or "ausente", esperado)


def _refere_uma_nota(nota: Nota) -> bool:
    return nota.ide["finNFe"] == "2" or nota.ide["tpNFCredito"] in _CREDITO_REFERENCIADO


def _day(text: str) -> date | None:
    moment = parse_datetime(text)
    return moment.date() if moment else None
