"""docs/conformidade/matriz.json: the same, for tools of auditors."""

from __future__ import annotations

import json
from typing import Any

from fiscalxml_ops.compliance.asvs import requirements
from fiscalxml_ops.compliance.decisions import decisions
from fiscalxml_ops.compliance.evidence import Evidencia
from fiscalxml_ops.compliance.measures import measures
from fiscalxml_ops.compliance.norms import norms


def matrix() -> str:
    """JSON: normas -> controles; medidas -> evidências; decisões; the ASVS' states."""
    made = {
        "normas": {
            nome: {
                "titulo": norma.titulo,
                "controles": {
                    numero: {
                        "assunto": each.assunto,
                        "estado": each.estado,
                        "medidas": each.medidas,
                        "decisoes": each.decisoes,
                        **({"falta": each.falta} if each.falta else {}),
                        **({"motivo": each.nao_se_aplica} if each.nao_se_aplica else {}),
                    }
                    for numero, each in norma.controles.items()
                },
            }
            for nome, norma in norms().items()
        },
        "asvs": {
            each.id: {"estado": each.estado, "evidencias": list(each.evidencias)}
            for each in requirements()
        },
        "medidas": {
            nome: {
                "titulo": each.titulo,
                "limite": each.limite,
                "evidencias": [_evidence(one) for one in each.citadas],
            }
            for nome, each in measures().items()
        },
        "decisoes": {
            nome: {
                "papel": each.papel,
                "decide": each.decide,
                "quando": each.quando,
                "registro": each.registro,
            }
            for nome, each in decisions().items()
        },
    }
    return f"{json.dumps(made, ensure_ascii=False, indent=1)}\n"


def _evidence(each: Evidencia) -> dict[str, Any]:
    told: dict[str, Any] = {"especie": each.especie, "onde": each.texto}
    return told | ({"por_vir": True} if each.por_vir else {})
