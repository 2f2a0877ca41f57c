"""What a caller sees of causes."""

from __future__ import annotations

from typing import Any

import msgspec

from fiscalxml.causes import Causa, Causas, Situacoes


def causes_view(causas: Causas, limite: int) -> dict[str, Any]:
    """The counts of all documents and the first `limite` causes."""
    panorama = causas.panorama()
    view: dict[str, Any] = {
        "documentos": _counts(panorama.total),
        "sem_regras": panorama.sem_regras,
        "emitentes_distintos": panorama.emitentes_distintos,
        "por_tipo": [{"tipo": tipo, **_counts(each)} for tipo, each in panorama.tipos],
        "por_emitente": [
            {"emitente": emitente, **_counts(each)} for emitente, each in panorama.emitentes
        ],
    }
    if panorama.emissao_de is not None:
        view |= {"emissao_de": panorama.emissao_de, "emissao_ate": panorama.emissao_ate}
    return view | {
        "causas_distintas": len(causas),
        "causas": [cause_view(causa) for causa in causas.most(limite)],
    }


def cause_view(causa: Causa) -> dict[str, Any]:
    """A cause as everywhere, whose examples say where the stored document's report is."""
    view: dict[str, Any] = msgspec.to_builtins(causa)
    for exemplo in view["exemplos"]:
        if documento := exemplo.get("documento"):
            exemplo["relatorio"] = f"/v1/documentos/{documento}/relatorio"
    return view


def _counts(situacoes: Situacoes) -> dict[str, int]:
    return {
        "total": situacoes.documentos,
        "valido": situacoes.valido,
        "invalido": situacoes.invalido,
        "nao_avaliado": situacoes.nao_avaliado,
        "com_avisos": situacoes.com_avisos,
    }
