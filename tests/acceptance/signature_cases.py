"""Rows on signatures, certificates and protocols."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from factory import XSW_VARIANTS, build, e_cnpj, expired_e_cnpj, xsw
from factory.odd_certificates import Emissor, issue

from .inputs import tampered
from .model import Case, Espera

AC_ANTIGA = Emissor("Autoridade Certificadora Raiz Antiga de Teste")
"""An authority that was there in 2019 already."""
OUTRO_CNPJ = "11222333000181"
OUTRA_CHAVE = "35261112345678000195550010000099991417293569"
_ESQUEMA_MUDOU = "intact authorised note of 2019, valid then, schema changed since"
_XSW = "two elements with the referenced Id, or the signed one moved (XSW1-8)"
_XSW_FINDINGS = ("297:erro", "502:erro", "XSD-:erro")


def _nfe(
    entrada: str,
    variante: str = "",
    *,
    data: Callable[[], bytes],
    perfil: str = "transmissao",
    achados: tuple[str, ...] = (),
    veredito: str = "valido",
    admite: tuple[str, ...] = (),
    diz: tuple[str, ...] = (),
    conhecida: bool = True,
) -> Case:
    espera = Espera(
        tipo="nfe", veredito=veredito, perfil=perfil, achados=achados, admite=admite, diz=diz
    )
    return Case(
        entrada=entrada, variante=variante, data=data, espera=(espera,), conhecida=conhecida
    )


_invalid = partial(_nfe, veredito="invalido")
_protocol = partial(_nfe, perfil="autorizado")


def note_of_2019() -> bytes:
    """Authorised with a field (ide/indPag) that the layout of today has no more."""
    leaf = issue(
        AC_ANTIGA, inicio=datetime(2019, 1, 1, tzinfo=UTC), fim=datetime(2020, 1, 1, tzinfo=UTC)
    )
    return build(
        "nfe",
        changes={"ide/dhEmi": "2019-03-14T09:30:00-03:00"},
        after={"ide/natOp": "<indPag>0</indPag>"},
        protocol=True,
        leaf=leaf,
    )


CASES: tuple[Case, ...] = (
    _protocol(
        "valid nfeProc, signed by a known AC, protocol matches",
        data=partial(build, "nfe", protocol=True),
    ),
    _protocol(
        "the same, AC unknown to the bundle",
        data=partial(build, "nfe", protocol=True),
        achados=("SIG-:aviso",),
        diz=("cadeia", "indeterminada"),
        conhecida=False,
    ),
    _nfe("valid NFe, signed, no protocol", data=partial(build, "nfe")),
    _nfe(
        "valid NFe, no Signature",
        data=partial(build, "nfe", sign=False),
        perfil="rascunho",
        achados=("SIG-:info",),
    ),
    _invalid(
        "NFe without Signature and a wrong element order",
        data=partial(
            build,
            "nfe",
            sign=False,
            remove=["ide/natOp"],
            after={"ide/mod": "<natOp>VENDA DE MERCADORIA</natOp>"},
        ),
        perfil="rascunho",
        achados=("XSD-:erro",),
        admite=("SIG-:info",),
    ),
    _invalid(
        "signed NFe, one character of a name changed afterwards",
        data=lambda: tampered(build("nfe")),
        achados=("297:erro",),
    ),
    _invalid(
        "signed by another company's e-CNPJ",
        data=lambda: build("nfe", leaf=e_cnpj(OUTRO_CNPJ)),
        achados=("213:erro",),
    ),
    _invalid(
        "certificate expired at the reference date",
        data=lambda: build("nfe", leaf=expired_e_cnpj()),
        achados=("291:erro",),
    ),
    *(
        _invalid(
            _XSW,
            f"XSW{variant}",
            data=partial(lambda number: xsw(build("nfe"), number), variant),
            achados=("298|SIG-:erro",),
            admite=_XSW_FINDINGS,
        )
        for variant in XSW_VARIANTS
    ),
    _nfe("RSA-SHA1 signature", data=partial(build, "nfe", algorithm="sha1")),
    _protocol(
        "digVal of the protocol differs from the digest",
        data=partial(build, "nfe", protocol={"digVal": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}),
        veredito="invalido",
        achados=("PRT-:erro",),
        diz=("digVal",),
    ),
    _protocol(
        "chNFe of the protocol differs from the Id",
        data=partial(build, "nfe", protocol={"chNFe": OUTRA_CHAVE}),
        veredito="invalido",
        achados=("PRT-:erro",),
        diz=("chave", OUTRA_CHAVE),
    ),
    *(
        _protocol(
            "protocol with cStat 110/301/302 (denegada)",
            cstat,
            data=partial(build, "nfe", protocol={"cStat": cstat, "xMotivo": motivo}),
            achados=("PRT-:info",),
            diz=("denegada", cstat),
        )
        for cstat, motivo in (
            ("110", "Uso Denegado"),
            ("301", "Uso Denegado: Irregularidade fiscal do emitente"),
            ("302", "Uso Denegado: Irregularidade fiscal do destinatario"),
        )
    ),
    _protocol(
        _ESQUEMA_MUDOU,
        data=note_of_2019,
        achados=("XSD-:aviso",),
        diz=("14/03/2019", "31/08/2026"),
    ),
)
