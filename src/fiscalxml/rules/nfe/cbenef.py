"""Group N: the code of a state's tax benefit (cBenef) against the CST, by the state's table.

The states publish their tables in their own pages; the operator supplies them (`tables.operador`,
cbenef.tsv: uf, codigo, csts, inicio, fim).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.grupos_icms import no_icms, sem_excecao_da_uf
from fiscalxml.rules.nfe.scopes import NFF, Item, Natureza, do_item
from fiscalxml.tables import operador

_TABELA: Final = "cbenef"
_SEM_CBENEF: Final = "SEM CBENEF"
"""tpEmis of the Nota Fiscal Fácil, which is excepted"""
_BASE_REDUZIDA: Final = "20"
_COMECO: Final = {"DF": "2024-09-02", "GO": "2023-07-01", "SC": "2025-11-03", "SP": "2026-04-06"}
"""first day in the states that came later (NT 2019.001 v1.70), in both models and all rules"""


class _Beneficio(NamedTuple):
    csts: frozenset[str]
    inicio: str
    fim: str

    def vale(self, dia: str) -> bool:
        """Whether it is in force on a day; a date that is not given is no limit."""
        return self.inicio <= dia and (not self.fim or dia <= self.fim)


@operador.da_pasta
def _beneficios() -> Mapping[str, Mapping[str, _Beneficio]]:
    """By UF and code."""
    found: defaultdict[str, dict[str, _Beneficio]] = defaultdict(dict)
    for linha in (operador.tabela(_TABELA) or {}).values():
        csts = frozenset(linha.get("csts", "").replace(",", " ").split())
        beneficio = _Beneficio(csts, linha.get("inicio", ""), linha.get("fim", ""))
        found[linha["uf"]][linha["codigo"]] = beneficio
    return found


@operador.da_pasta
def _csts_com_beneficio() -> Mapping[str, frozenset[str]]:
    """By UF, the CST that some code of its table has."""
    return {
        uf: frozenset[str]().union(*(beneficio.csts for beneficio in beneficios.values()))
        for uf, beneficios in _beneficios().items()
    }


def _aplica(nota: Natureza) -> bool:
    return sem_excecao_da_uf(nota) and nota.tpEmis != NFF


def _uf(item: Item) -> str:
    """The state whose table is asked; empty while it did not look at the codes yet."""
    uf = item.nota.emit.em("enderEmit")["UF"]
    return uf if item.nota.ide["dhEmi"] >= _COMECO.get(uf, "") else ""


@do_item(
    "nfe:N12-85",
    "930",
    quando=_aplica,
    com="imposto/ICMS",
    tabela=_TABELA,
    correcao="Informe cBenef, o código do benefício que justifica o CST, da tabela da UF do "
    "emitente.",
    causa="O produto foi cadastrado com o CST do benefício, mas sem o código.",
)
def cst_sem_beneficio(item: Item) -> Falha | None:
    """Whether the table of the UF has any code for the CST."""
    cst = item.icms["CST"]
    if not cst or item.prod["cBenef"]:
        return None
    if cst not in _csts_com_beneficio().get(_uf(item), ()):
        return None
    return Falha("prod/cBenef", f"ausente, com CST {cst}", "código da tabela da UF")


@do_item(
    "nfe:N12-86",
    "928",
    quando=_aplica,
    com="prod:cBenef",
    tabela=_TABELA,
    correcao="Retire cBenef, ou corrija o CST: a UF do emitente não tem benefício com ele.",
    causa="O CST do produto voltou a ser o da tributação normal, e o código ficou.",
)
def beneficio_para_cst_sem_beneficio(item: Item) -> Falha | None:
    cst, codigo = item.icms["CST"], item.prod["cBenef"]
    if not cst or codigo in ("", _SEM_CBENEF):
        return None
    if cst in _csts_com_beneficio().get(_uf(item), (cst,)):
        return None
    return Falha("prod/cBenef", f"{codigo}, com CST {cst}", "não informar")


@do_item(
    "nfe:N12-94",
    "931",
    quando=_aplica,
    com="prod:cBenef",
    tabela=_TABELA,
    correcao="Escolha, na tabela da UF do emitente, um código que sirva para o CST; ou corrija o "
    "CST.",
    causa="O código é de isenção e o CST de redução de base, ou o contrário.",
)
def beneficio_de_outro_cst(item: Item) -> Falha | None:
    cst, codigo = item.icms["CST"], item.prod["cBenef"]
    beneficio = _beneficios().get(_uf(item), {}).get(codigo)
    if not cst or beneficio is None or cst in beneficio.csts:
        return None
    if cst not in _csts_com_beneficio()[_uf(item)]:  # has its own code
        return None
    return Falha(
        "prod/cBenef",
        f"{codigo}, com CST {cst}",
        f"código para o CST {cst}; este serve para {', '.join(sorted(beneficio.csts))}",
    )


@do_item(
    "nfe:N12-98",
    "946",
    quando=sem_excecao_da_uf,
    com="prod:cBenef",
    tabela=_TABELA,
    correcao="Confira o código na tabela da UF do emitente: ele não existe ou já não vale.",
    causa="Código de outra UF, digitado errado, ou de um benefício que terminou.",
)
def beneficio_inexistente(item: Item) -> Falha | None:
    """The Simples Nacional is excepted."""
    codigo = item.prod["cBenef"]
    if codigo in ("", _SEM_CBENEF) or "CSOSN" in item.icms:
        return None
    return _existe(item, codigo, "prod/cBenef")


@do_item(
    "nfe:N14a-20",
    "666",
    quando=sem_excecao_da_uf,
    com="imposto/ICMS/ICMS51:cBenefRBC",
    tabela=_TABELA,
    correcao="Em cBenefRBC informe um código da UF do emitente que reduza a base (que sirva para o "
    "CST 20).",
    causa="cBenefRBC com o código do diferimento, que vai em cBenef.",
)
def beneficio_que_nao_reduz_a_base(item: Item) -> Falha | None:
    codigo = item.icms["cBenefRBC"]
    campo = no_icms(item, "cBenefRBC")
    if (falha := _existe(item, codigo, campo)) is not None:
        return falha
    beneficio = _beneficios().get(_uf(item), {}).get(codigo)
    if beneficio is None or _BASE_REDUZIDA in beneficio.csts:
        return None
    return Falha(campo, codigo, "código que sirva para o CST 20")


def _existe(item: Item, codigo: str, campo: str) -> Falha | None:
    """In the table of the UF and in force; of a UF without a table nothing is known."""
    da_uf, dia = _beneficios().get(_uf(item)), item.nota.ide["dhEmi"][:10]
    if da_uf is None or (codigo in da_uf and da_uf[codigo].vale(dia)):
        return None
    motivo = "fora da vigência" if codigo in da_uf else "não está na tabela"
    return Falha(campo, f"{codigo}, {motivo}", f"código vigente de {_uf(item)}")
