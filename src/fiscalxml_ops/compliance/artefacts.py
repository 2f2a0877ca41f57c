"""The pages under docs that are made here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml_ops.compliance import promises
from fiscalxml_ops.compliance.flows.page import page as flows_page
from fiscalxml_ops.compliance.norms import norms
from fiscalxml_ops.compliance.pages.gaps import gaps_page
from fiscalxml_ops.compliance.pages.index import index_page
from fiscalxml_ops.compliance.pages.machine import matrix
from fiscalxml_ops.compliance.pages.matrix import decisions_page, measures_page, norm_page
from fiscalxml_ops.compliance.pages.retention import retention_page
from fiscalxml_ops.compliance.pages.threats_page import threats_page

FOLDER: Final = "docs/conformidade"


def artefacts() -> Mapping[str, str]:
    """path from the project's root -> content"""
    return {
        f"{FOLDER}/README.md": index_page(),
        **{f"{FOLDER}/{nome}.md": norm_page(nome, norma) for nome, norma in norms().items()},
        f"{FOLDER}/medidas.md": measures_page(),
        f"{FOLDER}/decisoes.md": decisions_page(),
        f"{FOLDER}/ameacas.md": threats_page(),
        f"{FOLDER}/fluxo-de-dados.md": flows_page(),
        f"{FOLDER}/lacunas.md": gaps_page(),
        f"{FOLDER}/retencao.md": retention_page(),
        f"{FOLDER}/matriz.json": matrix(),
        promises.PAGE: promises.page(),
    }
