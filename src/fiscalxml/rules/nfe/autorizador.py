"""Groups B and GAP: the note against who is asked to authorise it, and against its lote.

Who is asked and where is what somebody says (`Opcoes`). Else it is whom the note itself names, and
most of these rules can find nothing. What is wrong with a lote is only advice to its notes: SEFAZ
refuses it, but they are not at fault.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.documents.destino import SVC
from fiscalxml.engine import Falha
from fiscalxml.identifiers.cnpj import cnpj_root
from fiscalxml.identifiers.uf import CODIGO_POR_UF, UF_POR_CODIGO
from fiscalxml.rules.nfe.scopes import MOC_7, NFCE, Natureza, Nota, da_nota

_AMBIENTES: Final = {"1": "produção", "2": "homologação"}
_DE_SVC: Final = frozenset(SVC.values())
_LOTE_DE_NFCE: Final = date(2023, 9, 4)
"""NT 2023.002: an NFC-e is alone in its lote and is answered at once"""
_LOTE_DE_NFCE_EM_TESTE: Final = date(2023, 7, 24)


@da_nota(
    "nfe:B02-10",
    "226",
    quando=lambda nota: nota.autorizador in CODIGO_POR_UF,
    correcao="Envie a nota à SEFAZ da UF do emitente, ou corrija cUF.",
    causa="O sistema está configurado com o endereço (web service) de outra UF.",
)
def uf_do_emitente_e_da_sefaz(nota: Nota) -> Falha | None:
    """cUF is the state that is asked. (Which states a virtual SEFAZ serves is not at hand.)"""
    uf = UF_POR_CODIGO.get(nota.ide["cUF"], nota.ide["cUF"])
    if uf == nota.destino.autorizador:
        return None
    return Falha("ide/cUF", f"{nota.ide['cUF']} ({uf})", f"SEFAZ de {uf}")


@da_nota(
    "nfe:B24-10",
    "252",
    quando=lambda nota: nota.ambiente not in ("", nota.tpAmb),
    correcao="Envie a nota ao ambiente de tpAmb, ou corrija tpAmb.",
    causa="O sistema está configurado com o endereço de um ambiente e gera notas para o outro.",
)
def ambiente_da_nota_e_da_sefaz(nota: Nota) -> Falha | None:
    tpamb = nota.ide["tpAmb"]
    other = {"1": "2", "2": "1"}.get(tpamb, "")
    return Falha("ide/tpAmb", f"{tpamb} ({_AMBIENTES.get(tpamb, '')})", other)


@da_nota(
    "nfe:B22-30",
    "570",
    desde=MOC_7,
    quando=lambda nota: nota.autorizador not in ("", *SVC) and nota.tpEmis in _DE_SVC,
    correcao="Envie a nota à SEFAZ virtual de contingência, ou informe tpEmis 1.",
    causa="A contingência SVC acabou, e o sistema não voltou ao tipo de emissão normal.",
)
def tipo_de_emissao_da_sefaz(nota: Nota) -> Falha | None:
    return Falha("ide/tpEmis", nota.ide["tpEmis"], "1")


@da_nota(
    "nfe:B22-60",
    "713",
    quando=lambda nota: nota.tpEmis != SVC.get(nota.autorizador, nota.tpEmis),
    correcao="Na contingência, informe tpEmis 6 para a SVC-AN ou 7 para a SVC-RS.",
    causa="A nota normal foi enviada à SVC sem o tipo de emissão dela, ou à SVC de outras UFs.",
)
def tipo_de_emissao_da_svc(nota: Nota) -> Falha | None:
    return Falha("ide/tpEmis", nota.ide["tpEmis"], SVC[nota.destino.autorizador or ""])


@da_nota(
    "nfce:B22-70",
    "783",
    quando=lambda nota: nota.autorizador in SVC,
    correcao="Para NFC-e use a contingência off-line (tpEmis 9): a SVC não a autoriza.",
    causa="O sistema usou para a NFC-e a contingência da NF-e.",
)
def nfce_na_svc(nota: Nota) -> Falha | None:
    return Falha("ide/mod", "65", f"outro destino que {nota.destino.autorizador}")


def _outra_do_lote(natureza: Natureza) -> bool:
    return natureza.lote == "outra"


def _primeira_do_lote(natureza: Natureza) -> bool:
    return natureza.lote == "primeira"


@da_nota(
    "nfe:B02-20",
    "476",
    quando=_outra_do_lote,
    severidade="aviso",
    correcao="Envie num lote só notas de uma UF.",
    causa="Notas de estabelecimentos de UFs diferentes foram juntadas num lote.",
)
def uf_do_lote(nota: Nota) -> Falha | None:
    """cUF is that of the first note of the lote."""
    if nota.lote is None or nota.ide["cUF"] == nota.lote.cUF:
        return None
    return Falha("ide/cUF", nota.ide["cUF"], f"{nota.lote.cUF}, da primeira nota do lote")


@da_nota(
    "nfe:B06-20",
    "765",
    quando=_outra_do_lote,
    severidade="aviso",
    correcao="Envie NF-e e NFC-e em lotes separados.",
    causa="NF-e e NFC-e foram juntadas num lote.",
)
def modelo_do_lote(nota: Nota) -> Falha | None:
    """mod is that of the first note of the lote."""
    if nota.lote is None or nota.ide["mod"] == nota.lote.mod:
        return None
    return Falha("ide/mod", nota.ide["mod"], f"{nota.lote.mod}, da primeira nota do lote")


def _mesmo_emitente(campo: str, regra: str) -> None:
    """CNPJ root, or CPF, of the emitente is that of the first note of the lote."""

    def emitente_do_lote(nota: Nota) -> Falha | None:
        if nota.lote is None:
            return None
        found, first = nota.emit[campo], nota.lote.emitente
        same = cnpj_root(found) == cnpj_root(first) if campo == "CNPJ" else found == first
        if same and len(found) == len(first):
            return None
        return Falha(f"emit/{campo}", found, f"{first}, da primeira do lote")

    da_nota(
        regra,
        "560",
        quando=_outra_do_lote,
        severidade="aviso",
        com=f"emit:{campo}",
        correcao="Envie num lote só notas de um emitente.",
        causa="Notas de empresas diferentes foram juntadas num lote.",
    )(emitente_do_lote)


_mesmo_emitente("CNPJ", "nfe:C02-20")
_mesmo_emitente("CPF", "nfe:C02a-30")


@da_nota(
    "nfe:GAP03a-1",
    "764",
    quando=_primeira_do_lote,
    severidade="aviso",
    correcao="Peça resposta assíncrona (indSinc 0), ou envie uma nota por lote.",
    causa="O sistema usa sempre a resposta síncrona, também para lotes de várias notas.",
)
def sincrono_com_varias(nota: Nota) -> Falha | None:
    lote = nota.lote
    if lote is None or lote.indSinc != "1" or lote.quantas <= 1:
        return None
    return Falha("", f"indSinc 1 com {lote.quantas} notas", "indSinc 0, ou uma nota")


@da_nota(
    "nfe:GAP03a-3",
    "452",
    quando=_primeira_do_lote,
    severidade="aviso",
    desde=date(2025, 10, 13),
    homologacao=date(2025, 6, 2),
    correcao="Peça resposta síncrona (indSinc 1) para o lote de uma nota.",
    causa="O sistema usa sempre a resposta assíncrona, também para uma nota só.",
)
@da_nota(
    "nfe:GAP03a-3",
    "452",
    id="nfce:GAP03a-3",
    tipos=NFCE,
    quando=_primeira_do_lote,
    severidade="aviso",
    desde=_LOTE_DE_NFCE,
    homologacao=_LOTE_DE_NFCE_EM_TESTE,
    fonte="NT 2020.005 v1.21",
    mensagem="Solicitada resposta assíncrona para Lote com somente 1 (uma) NFC-e",
    correcao="Peça resposta síncrona (indSinc 1): a NFC-e não tem outra.",
    causa="O sistema envia a NFC-e como a NF-e, com resposta assíncrona.",
)
def assincrono_com_uma(nota: Nota) -> Falha | None:
    lote = nota.lote
    if lote is None or lote.indSinc != "0" or lote.quantas != 1:
        return None
    return Falha("", "indSinc 0 com 1 nota", "indSinc 1")


@da_nota(
    "nfce:GAP03a-4",
    "126",
    quando=_primeira_do_lote,
    severidade="aviso",
    desde=_LOTE_DE_NFCE,
    homologacao=_LOTE_DE_NFCE_EM_TESTE,
    correcao="Envie cada NFC-e num lote só dela.",
    causa="O sistema junta NFC-e em lotes, como se fazia antes.",
)
def lote_de_nfce(nota: Nota) -> Falha | None:
    lote = nota.lote
    if lote is None or lote.quantas <= 1:
        return None
    return Falha("", f"{lote.quantas} NFC-e", "uma NFC-e")
