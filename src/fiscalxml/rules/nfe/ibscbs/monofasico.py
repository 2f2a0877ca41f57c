"""Groups UB84 to UB105: fuels that are taxed once (gIBSCBSMono), by quantity or by value.

v1.50 divided the group into four: ad rem and ad valorem, of IBS and of CBS. Its own rules (1219 to
1272) are known second-hand, without their messages, and off.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.classificacoes import classe_de, cst_de
from fiscalxml.rules.nfe.reforma import MONOFASIA, SEM_DATA, V130, V150, Vigencia
from fiscalxml.rules.nfe.scopes import Item, Natureza, de_cada_no_item, do_item
from fiscalxml.tables.classificacao import ClassTrib

_GRUPO: Final = "imposto/IBSCBS/gIBSCBSMono"
_IBS: Final = ("gIBSMonoAdRem", "gIBSMonoAdValorem")
_CBS: Final = ("gCBSMonoAdRem", "gCBSMonoAdValorem")
_PADRAO, _RETENCAO, _RETIDA, _MISTURA = "gMonoPadrao", "gMonoReten", "gMonoRet", "gpBioDiferenca"
_PARTES: Final = {
    _PADRAO: "a tributação própria",
    _RETENCAO: "a retenção sobre o biocombustível a misturar",
    _RETIDA: "o que foi retido anteriormente",
    _MISTURA: "a diferença da mistura de biocombustível",
}
_NAO_VISTA: Final = "A mensagem e o texto oficiais da regra não foram vistos."
_PAR: Final = f"{_NAO_VISTA} Não é certo qual regra do par exige e qual veda."


def _pede(classe: ClassTrib, parte: str) -> bool:
    """Whether the indicator of a part is on."""
    if parte == _PADRAO:
        return classe.mono_padrao
    if parte == _RETENCAO:
        return classe.mono_retencao
    return classe.mono_retida if parte == _RETIDA else classe.mono_mistura


def _pede_alguma(nota: Natureza) -> bool:
    return not nota.exige.isdisjoint(_PARTES)


def _exige(regra: str, codigo: str, parte: str) -> None:
    """What the cClassTrib asks for is in some of the four groups. (Without them it is 1116's.)"""

    def parte_ausente(mono: Grupo, item: Item) -> Falha | None:
        classe = classe_de(item.imposto.em("IBSCBS"))
        if classe is None or not _pede(classe, parte):
            return None
        if any(mono.em(grupo).tem(parte) for grupo in (*_IBS, *_CBS)):
            return None
        return Falha(parte, f"ausente, com cClassTrib {classe.classe}", "informado")

    de_cada_no_item(
        _GRUPO,
        regra,
        codigo,
        quando=lambda nota: parte in nota.exige,
        correcao=f"Informe {parte} em gIBSCBSMono: {_PARTES[parte]}; ou corrija o cClassTrib.",
        causa="O combustível foi classificado como se fosse de outra etapa da cadeia.",
        **MONOFASIA,
    )(parte_ausente)


def _veda(regra: str, codigo: str, parte: str) -> None:
    """What the cClassTrib does not have is in none of the four groups.

    Of a CST that has no such group at all it is 1151's. What a deferral (620003) has, no version of
    the note that was seen says since v1.50 took gMonoDif out.
    """

    def parte_indevida(mono: Grupo, item: Item) -> Falha | None:
        ibscbs = item.imposto.em("IBSCBS")
        cst, classe = cst_de(ibscbs), classe_de(ibscbs)
        if cst is None or not cst.monofasica or classe is None:
            return None
        if classe.mono_diferimento or _pede(classe, parte):
            return None
        for grupo in (*_IBS, *_CBS):
            if mono.em(grupo).tem(parte):
                found = f"informado, com cClassTrib {classe.classe}"
                return Falha(f"{grupo}/{parte}", found, "não informar")
        return None

    de_cada_no_item(
        _GRUPO,
        regra,
        codigo,
        correcao=f"Retire {parte}, que este cClassTrib não tem; ou corrija o cClassTrib.",
        causa="O combustível foi classificado como se fosse de outra etapa da cadeia.",
        **V130,
    )(parte_indevida)


_exige("nfe:UB84a-10", "1125", _PADRAO)
_veda("nfe:UB84a-20", "1126", _PADRAO)
_exige("nfe:UB90-10", "1127", _RETENCAO)
_veda("nfe:UB90-20", "1128", _RETENCAO)
_exige("nfe:UB94-10", "1108", _RETIDA)
_veda("nfe:UB94-20", "1109", _RETIDA)


def _no_grupo(
    grupo: str, parte: str, exige: tuple[str, str], veda: tuple[str, str], vigencia: Vigencia
) -> None:
    """In one of the four groups: a part that the cClassTrib asks for, or does not have (v1.50)."""

    def ausente(conjunto: Grupo, item: Item) -> Falha | None:
        classe = classe_de(item.imposto.em("IBSCBS"))
        if classe is None or not _pede(classe, parte) or conjunto.tem(parte):
            return None
        return Falha(parte, f"ausente, com cClassTrib {classe.classe}", "informado")

    def indevida(conjunto: Grupo, item: Item) -> Falha | None:
        classe = classe_de(item.imposto.em("IBSCBS"))
        if classe is None or _pede(classe, parte) or not conjunto.tem(parte):
            return None
        return Falha(parte, f"informado, com cClassTrib {classe.classe}", "não informar")

    de_cada_no_item(
        f"{_GRUPO}/{grupo}",
        *exige,
        duvida=_PAR,
        correcao=f"Informe em {grupo} {_PARTES[parte]} ({parte}); ou corrija o cClassTrib.",
        causa="O sistema preenche a parte só em um dos tributos, ou o cClassTrib está trocado.",
        **vigencia,
    )(ausente)
    de_cada_no_item(
        f"{_GRUPO}/{grupo}",
        *veda,
        duvida=_PAR,
        correcao=f"Retire de {grupo} {_PARTES[parte]} ({parte}); ou corrija o cClassTrib.",
        causa="O combustível foi classificado como se fosse de outra etapa da cadeia.",
        **vigencia,
    )(indevida)


for _grupo, _parte, _id, _codigo, _vigencia in (
    ("gIBSMonoAdRem", _MISTURA, "UB89-{}", 1224, V150),
    ("gIBSMonoAdValorem", _PADRAO, "UB91-{}", 1230, V150),
    ("gIBSMonoAdValorem", _RETENCAO, "UB92-{}", 1235, V150),
    ("gIBSMonoAdValorem", _RETIDA, "UB93-{}", 1238, V150),
    ("gIBSMonoAdValorem", _MISTURA, "UB94-{} (v1.50)", 1241, V150),
    ("gCBSMonoAdRem", _PADRAO, "UB96-{}", 1247, MONOFASIA),
    ("gCBSMonoAdRem", _RETENCAO, "UB97-{}", 1250, MONOFASIA),
    ("gCBSMonoAdRem", _RETIDA, "UB98-{}", 1253, MONOFASIA),
    ("gCBSMonoAdValorem", _PADRAO, "UB101-{}", 1260, MONOFASIA),
    ("gCBSMonoAdValorem", _RETENCAO, "UB102-{}", 1263, MONOFASIA),
    ("gCBSMonoAdValorem", _RETIDA, "UB103-{}", 1266, MONOFASIA),
):
    _no_grupo(
        _grupo,
        _parte,
        (f"nfe:{_id.format(10)}", str(_codigo)),
        (f"nfe:{_id.format(20)}", str(_codigo + 1)),
        _vigencia,
    )
_no_grupo(
    "gCBSMonoAdValorem",
    _MISTURA,
    ("nfe:UB104-10 (v1.50)", "1269"),
    ("nfe:UB104-20", "1270"),
    MONOFASIA,
)


def _forma(
    grupo: str,
    outro: str,
    exige: tuple[str, str],
    veda: tuple[str, str],
    *,
    de: str = "",
    ate: str = "9999",
) -> None:
    """IBS by quantity from 2029 on, CBS from 2027 on; by value until then (v1.50).

    `de`, `ate`: years of emission in which a fuel has the group. In homologação the CBS of 2026
    may have either.
    """
    livre = grupo.startswith("gCBS")

    def forma_ausente(item: Item) -> Falha | None:
        ide = item.nota.ide
        ibscbs = item.imposto.em("IBSCBS")
        mono = ibscbs.em("gIBSCBSMono")
        if not de <= ide["dhEmi"][:4] <= ate or mono.tem(grupo):
            return None
        if livre and ide["tpAmb"] == "2" and mono.tem(outro):
            return None
        classe = classe_de(ibscbs)
        if classe is None or not any(_pede(classe, parte) for parte in _PARTES):
            return None
        return Falha(f"{_GRUPO}/{grupo}", f"ausente, com cClassTrib {classe.classe}", "informado")

    def forma_indevida(mono: Grupo, item: Item) -> Falha | None:
        ide = item.nota.ide
        ano = ide["dhEmi"][:4]
        if not mono.tem(grupo) or de <= ano <= ate or (livre and ide["tpAmb"] == "2"):
            return None
        return Falha(grupo, f"informado, em {ano}", "não informar")

    do_item(
        *exige,
        com="imposto/IBSCBS",
        quando=_pede_alguma,
        duvida=_PAR,
        correcao=f"Informe {grupo} em gIBSCBSMono, no lugar de {outro}.",
        causa="O sistema ainda tributa o combustível pela forma de outro ano.",
        **V150,
    )(forma_ausente)
    de_cada_no_item(
        _GRUPO,
        *veda,
        duvida=_PAR,
        correcao=f"Informe {outro} no lugar de {grupo}.",
        causa="O sistema já tributa, ou ainda tributa, o combustível pela forma de outro ano.",
        **V150,
    )(forma_indevida)


_quantidade, _valor_do_bem = _IBS
_forma(_quantidade, _valor_do_bem, ("nfe:UB85a-10", "1219"), ("nfe:UB85a-20", "1220"), de="2029")
_forma(
    _valor_do_bem,
    _quantidade,
    ("nfe:UB90-10 (v1.50)", "1228"),
    ("nfe:UB90-20 (v1.50)", "1229"),
    ate="2028",
)
_quantidade, _valor_do_bem = _CBS
_forma(_quantidade, _valor_do_bem, ("nfe:UB95a-10", "1245"), ("nfe:UB95a-20", "1246"), de="2027")
_forma(_valor_do_bem, _quantidade, ("nfe:UB100-10", "1258"), ("nfe:UB100-20", "1259"), ate="2026")

_POR_CENTO: Final = Decimal("0.01")
_INTEIRO: Final = Decimal(1)


def _calculo(
    regra: str, codigo: str, caminho: str, valor: str, base: str, aliquota: str, fator: Decimal
) -> None:
    """An amount is base times rate, within a cent."""

    def valor_do_imposto(parte: Grupo, _item: Item) -> Falha | None:
        esperado = centavos(parte.valor(base) * parte.valor(aliquota) * fator)
        if not difere(parte.valor(valor), esperado, CENTAVO):
            return None
        return Falha(valor, parte[valor], reais(esperado))

    de_cada_no_item(
        f"{_GRUPO}/{caminho}",
        regra,
        codigo,
        duvida=_NAO_VISTA,
        correcao=f"Refaça a conta: {valor} é {base} × {aliquota}.",
        causa="A quantidade está em outra unidade, ou a alíquota é a de outro produto.",
        **V150,
    )(valor_do_imposto)


for _regra, _cod, _caminho, _valor, _base, _aliquota, _fator in (
    ("UB86c-10", "1221", "gIBSMonoAdRem/gMonoPadrao", "vIBSMono", "qBCMono", "adRemIBS", _INTEIRO),
    (
        *("UB87c-10", "1222", "gIBSMonoAdRem/gMonoReten"),
        *("vIBSMonoReten", "qBCMonoReten", "adRemIBSReten", _INTEIRO),
    ),
    (
        *("UB91c-10", "1232", "gIBSMonoAdValorem/gMonoPadrao"),
        *("vIBSMonoUF", "vBCMono", "pAliqMonoUF", _POR_CENTO),
    ),
    (
        *("UB91e-10", "1233", "gIBSMonoAdValorem/gMonoPadrao"),
        *("vIBSMonoMun", "vBCMono", "pAliqMonoMun", _POR_CENTO),
    ),
    (
        *("UB92c-10", "1237", "gIBSMonoAdValorem/gMonoReten"),
        *("vIBSMonoReten", "vBCMonoReten", "pAliqMonoReten", _POR_CENTO),
    ),
    ("UB96c-10", "1249", "gCBSMonoAdRem/gMonoPadrao", "vCBSMono", "qBCMono", "adRemCBS", _INTEIRO),
    (
        *("UB97c-10", "1252", "gCBSMonoAdRem/gMonoReten"),
        *("vCBSMonoReten", "qBCMonoReten", "adRemCBSReten", _INTEIRO),
    ),
    (
        *("UB101c-10", "1262", "gCBSMonoAdValorem/gMonoPadrao"),
        *("vCBSMono", "vBCMono", "pAliqMonoCBS", _POR_CENTO),
    ),
    (
        *("UB102c-10", "1265", "gCBSMonoAdValorem/gMonoReten"),
        *("vCBSMonoReten", "vBCMonoReten", "pAliqMonoReten", _POR_CENTO),
    ),
):
    _calculo(f"nfe:{_regra}", _cod, _caminho, _valor, _base, _aliquota, _fator)


@de_cada_no_item(
    f"{_GRUPO}/gIBSMonoAdValorem/gMonoPadrao",
    "nfe:UB91f-10",
    "1234",
    duvida=_NAO_VISTA,
    correcao="vIBSMono é a soma de vIBSMonoUF e vIBSMonoMun: corrija um deles.",
    causa="O imposto da UF e o do município foram arredondados depois de somados.",
    **V150,
)
def ibs_da_uf_e_do_municipio(parte: Grupo, _item: Item) -> Falha | None:
    esperado = parte.valor("vIBSMonoUF") + parte.valor("vIBSMonoMun")
    if not difere(parte.valor("vIBSMono"), esperado, CENTAVO):
        return None
    return Falha("vIBSMono", parte["vIBSMono"], reais(esperado))


def _total(regra: str, codigo: str, tributo: str, grupos: tuple[str, ...]) -> None:
    """The total of an item is its own tax and what it retains (deferral left with v1.50)."""
    campo = f"vTot{tributo}MonoItem"

    def total_do_item(mono: Grupo, _item: Item) -> Falha | None:
        esperado = Decimal()
        for grupo in grupos:
            esperado += mono.em(grupo, _PADRAO).valor(f"v{tributo}Mono")
            esperado += mono.em(grupo, _RETENCAO).valor(f"v{tributo}MonoReten")
        if not difere(mono.valor(campo), esperado, CENTAVO):
            return None
        return Falha(campo, mono[campo], reais(esperado))

    de_cada_no_item(
        _GRUPO,
        regra,
        codigo,
        duvida=SEM_DATA,
        correcao=f"{campo} é a soma do {tributo} próprio e do retido: corrija um deles.",
        causa="O que foi retido anteriormente, que não se soma, entrou no total do item.",
        **V130,
    )(total_do_item)


_total("nfe:UB104-10", "1070", "IBS", _IBS)
_total("nfe:UB105-10", "1071", "CBS", _CBS)
