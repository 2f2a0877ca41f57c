"""Rows on kinds of document, containers and what is no document."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from factory import build, dist_dfe, envi_nfe, soap

from . import inputs
from .inputs import tampered
from .model import Case, Espera, in_each_profile

_VALID_KINDS = "MDF-e, CT-e OS, CT-e Simplificado, BP-e, NF3e, NFCom, NFS-e, DPS, valid"
_MESSAGES = "resNFe, retEnviNFe, consSitNFe …"
_NO_SCHEMA = "DC-e, NFGas (no permissive schema)"
_FOREIGN = "CF-e SAT, municipal NFS-e, eSocial, Reinf"
_DIST = "distDFeInt answer with gzipped docZip payloads"
_SOAP = "SOAP envelope around one procNFe"
_EVENTO = Espera(tipo="evento", perfil="transmissao")


def _any_profile(
    entrada: str,
    variante: str,
    data: Callable[[], bytes],
    tipo: str,
    *,
    perfil: str = "transmissao",
    veredito: str = "valido",
    achados: tuple[str, ...] = (),
    diz: tuple[str, ...] = (),
) -> tuple[Case, ...]:
    espera = Espera(tipo=tipo, perfil=perfil, veredito=veredito, achados=achados, diz=diz)
    case = Case(entrada=entrada, variante=variante, data=data, espera=(espera,))
    return tuple(in_each_profile(case))


def _three_notes() -> bytes:
    numbers = [build("nfe", changes={"ide/nNF": number}) for number in ("1001", "1002", "1003")]
    return envi_nfe([numbers[0], tampered(numbers[1]), numbers[2]])


def _distribution() -> bytes:
    return dist_dfe(
        [
            build("nfe", protocol=True),
            tampered(build("nfe", changes={"ide/nNF": "1002"}, protocol=True)),
            build("cancelamento", protocol=True),
            inputs.res_nfe(),
        ],
        ["procNFe_v4.00.xsd", "procNFe_v4.00.xsd", "procEventoNFe_v1.00.xsd", "resNFe_v1.01.xsd"],
    )


_ACEITO = Espera(tipo="nfe", perfil="transmissao", item="aceito")
_TAMPERED = Espera(
    tipo="nfe", veredito="invalido", perfil="transmissao", achados=("297:erro",), item="invalido"
)

CASES: tuple[Case, ...] = (
    Case(
        entrada="enviNFe with three notes, the second invalid",
        data=_three_notes,
        espera=(_ACEITO, _TAMPERED, _ACEITO),
    ),
    Case(
        entrada=_SOAP,
        variante="valid",
        data=lambda: soap(build("nfe", protocol=True)),
        espera=(Espera(tipo="nfe", perfil="autorizado", item="aceito"),),
    ),
    Case(
        entrada=_SOAP,
        variante="changed after it was authorised",
        data=lambda: soap(tampered(build("nfe", protocol=True))),
        espera=(
            Espera(
                tipo="nfe",
                veredito="invalido",
                perfil="autorizado",
                achados=("297:erro", "PRT-:erro"),
                item="invalido",
            ),
        ),
    ),
    Case(
        entrada=_DIST,
        data=_distribution,
        espera=(
            Espera(tipo="nfe", perfil="autorizado", item="aceito"),
            Espera(
                tipo="nfe",
                veredito="invalido",
                perfil="autorizado",
                achados=("297:erro", "PRT-:erro"),
                item="invalido",
            ),
            Espera(tipo="evento", perfil="autorizado", item="aceito"),
            Espera(tipo="mensagem", veredito="nao_avaliado", perfil="rascunho", item="aceito"),
        ),
    ),
    *(
        case
        for nome, data in (
            ("resNFe", inputs.res_nfe),
            ("retEnviNFe", inputs.ret_envi_nfe),
            ("consSitNFe", inputs.cons_sit_nfe),
        )
        for case in _any_profile(
            _MESSAGES, nome, data, "mensagem", perfil="rascunho", veredito="nao_avaliado"
        )
    ),
    *_any_profile(
        "procEventoNFe of a cancelamento, valid",
        "",
        partial(build, "cancelamento", protocol=True),
        "evento",
        perfil="autorizado",
    ),
    *_any_profile(
        "CC-e whose detEvento breaks its own XSD",
        "",
        partial(build, "cce", changes={"detEvento/xCorrecao": "curta"}),
        "evento",
        veredito="invalido",
        achados=("XSD-:erro",),
    ),
    *_any_profile(
        "procInutNFe, valid",
        "",
        partial(build, "inutilizacao", protocol=True),
        "inutilizacao",
        perfil="autorizado",
    ),
    *_any_profile(
        "CT-e 4.00 with a modal that breaks its XSD",
        "",
        partial(build, "cte", changes={"infCTeNorm/infModal/rodo/RNTRC": "123"}),
        "cte",
        veredito="invalido",
        achados=("XSD-:erro",),
    ),
    *(
        case
        for kind in ("mdfe", "cteos", "ctesimp", "bpe", "nf3e", "nfcom", "nfse", "dps")
        for case in _any_profile(_VALID_KINDS, kind, partial(build, kind), kind)
    ),
    *(
        case
        for kind in ("mdfe", "cteos", "ctesimp", "bpe", "nf3e", "nfcom")
        for case in _any_profile(
            _VALID_KINDS,
            f"{kind} authorised",
            partial(build, kind, protocol=True),
            kind,
            perfil="autorizado",
        )
    ),
    *(
        case
        for nome, data, tipo in (
            ("DC-e", inputs.dce, "dce"),
            ("NFGas", inputs.nfgas, "desconhecido"),
        )
        for case in _any_profile(
            _NO_SCHEMA, nome, data, tipo, veredito="nao_avaliado", achados=("XSD-:info",)
        )
    ),
    *(
        case
        for nome, document in (
            ("CF-e SAT", inputs.CFE_SAT),
            ("NFS-e municipal", inputs.NFSE_ABRASF),
            ("eSocial", inputs.ESOCIAL),
            ("EFD-Reinf", inputs.REINF),
        )
        for case in _any_profile(
            _FOREIGN,
            nome,
            partial(bytes, document),
            "desconhecido",
            perfil="rascunho",
            veredito="nao_avaliado",
            achados=("XML-:info",),
            diz=(f"parece {nome}", f'"parece":"{nome}'),
        )
    ),
    *_any_profile(
        "XML that is no fiscal document",
        "",
        partial(bytes, inputs.NOT_FISCAL),
        "desconhecido",
        perfil="rascunho",
        veredito="nao_avaliado",
        achados=("XML-:info",),
    ),
)
