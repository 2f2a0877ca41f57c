"""Rows on the rules of SEFAZ and on what the schema says of the same fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from factory import build, cnpj_with_dv, e_cnpj

from .inputs import with_layout
from .model import Case, Espera, in_each_profile

ALFANUMERICO = cnpj_with_dv("12ABC3450001")
SEM_DV = "12345678000190"
MINUSCULO = ALFANUMERICO.lower()
LARGURA_TOTAL = "".join(chr(ord(digit) - ord("0") + 0xFF10) for digit in "11222333000181")


def _case(
    entrada: str,
    variante: str = "",
    *,
    data: Callable[[], bytes],
    perfil: str = "transmissao",
    tipo: str = "nfe",
    veredito: str = "valido",
    achados: tuple[str, ...] = (),
    regras: tuple[str, ...] = (),
    admite: tuple[str, ...] = (),
    item: str = "",
) -> Case:
    espera = Espera(
        tipo=tipo,
        veredito=veredito,
        perfil=perfil,
        achados=achados,
        regras=regras,
        admite=admite,
        item=item,
    )
    return Case(entrada=entrada, variante=variante, data=data, espera=(espera,))


def _alphanumeric(*, protocol: bool) -> bytes:
    leaf = e_cnpj(ALFANUMERICO)
    return build("nfe", changes={"emit/CNPJ": ALFANUMERICO}, leaf=leaf, protocol=protocol)


def _wrong_dv() -> bytes:
    return build("nfe", changes={"emit/CNPJ": SEM_DV}, leaf=e_cnpj(SEM_DV))


def _characters(field: str, cnpj: str) -> bytes:
    return build("nfe", changes={field: cnpj}, keep_id=True, leaf=e_cnpj())


_off_by_100 = partial(build, "nfe", changes={"total/ICMSTot/vNF": "1100.00"})
_unknown_ncm = partial(build, "nfe", changes={"det[1]/prod/NCM": "99999999"})
_CARACTERES = "lower-case or full-width characters in a CNPJ"
_LEIAUTE_ANTIGO = "NF-e layout 2.00 or 3.10 (no schema, no rules)"
_EM_2020 = "--em 2020-01-01 on a note of 2026"
_NCM = "NCM unknown to the table at hand"
_DO_FUTURO = ("703:erro",)
"""received in 2020, a note of 2026 is from the future"""
_2020 = datetime.fromisoformat("2020-01-01T00:00:00-03:00")


def _in_2020(variante: str, data: Callable[[], bytes], espera: Espera) -> Case:
    return Case(
        entrada=_EM_2020,
        variante=variante,
        data=data,
        espera=(espera,),
        opcoes={"em": _2020},
    )


CASES: tuple[Case, ...] = (
    _case(
        "vNF off by R$ 100, before authorisation",
        data=_off_by_100,
        veredito="invalido",
        regras=("610:erro",),
    ),
    _case(
        "vNF off by R$ 100, intact authorised note",
        data=partial(_off_by_100, protocol=True),
        perfil="autorizado",
        regras=("610:aviso",),
    ),
    *in_each_profile(
        _case(
            "emitter CNPJ with a wrong check digit",
            data=_wrong_dv,
            veredito="invalido",
            regras=("207:erro",),
        )
    ),
    *in_each_profile(
        _case(
            "alphanumeric CNPJ and chave, valid",
            "signed",
            data=partial(_alphanumeric, protocol=False),
        )
    ),
    _case(
        "alphanumeric CNPJ and chave, valid",
        "authorised",
        data=partial(_alphanumeric, protocol=True),
        perfil="autorizado",
    ),
    # The emitter's CNPJ is part of the chave and of the certificate too, which then differ.
    *in_each_profile(
        _case(
            _CARACTERES,
            "lower-case, of the emitter",
            data=partial(_characters, "emit/CNPJ", MINUSCULO),
            veredito="invalido",
            achados=("XSD-:erro",),
            admite=("213:erro", "502:erro"),
        )
    ),
    *(
        _case(
            _CARACTERES,
            variante,
            data=partial(_characters, "dest/CNPJ", cnpj),
            veredito="invalido",
            achados=("XSD-:erro",),
        )
        for variante, cnpj in (("lower-case", MINUSCULO), ("full-width", LARGURA_TOTAL))
    ),
    _case(
        _NCM,
        "note newer than the table",
        data=_unknown_ncm,
        regras=("778:aviso",),
        item="aceito",
    ),
    *(
        in_each
        for versao in ("2.00", "3.10")
        for in_each in in_each_profile(
            _case(
                _LEIAUTE_ANTIGO,
                versao,
                data=partial(with_layout, versao),
                veredito="nao_avaliado",
                achados=("XSD-:info",),
            )
        )
    ),
    _case(
        _LEIAUTE_ANTIGO,
        "3.10 authorised",
        data=partial(with_layout, "3.10", protocol=True),
        perfil="autorizado",
        veredito="nao_avaliado",
        achados=("XSD-:info",),
    ),
    *in_each_profile(
        _case(
            "IBS/CBS group missing, regular regime, November 2026",
            data=partial(build, "nfe", remove=["det[1]/imposto/IBSCBS", "total/IBSCBSTot"]),
            regras=("1115:aviso",),
        )
    ),
    *in_each_profile(
        _case(
            "NFC-e in contingency offline with dhCont, xJust and QR Code",
            data=partial(build, "nfce_contingencia"),
            tipo="nfce",
        )
    ),
    _in_2020(
        "no Signature",
        partial(build, "nfe", sign=False),
        Espera(
            tipo="nfe",
            veredito="invalido",
            perfil="rascunho",
            achados=("SIG-:info",),
            regras=_DO_FUTURO,
        ),
    ),
    _in_2020(
        "certificate of 2026",
        partial(build, "nfe"),
        Espera(
            tipo="nfe",
            veredito="invalido",
            perfil="transmissao",
            achados=("291:erro",),
            regras=_DO_FUTURO,
            admite=("293:erro",),
        ),
    ),
)
