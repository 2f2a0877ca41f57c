"""docs/conformidade/lacunas.md: what is not there, in one place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fiscalxml_ops.compliance.asvs import requirements
from fiscalxml_ops.compliance.flows.elements import ELEMENTOS
from fiscalxml_ops.compliance.measures import measures
from fiscalxml_ops.compliance.norms import norms
from fiscalxml_ops.compliance.pages.linking import measure
from fiscalxml_ops.compliance.pages.matrix import MADE
from fiscalxml_ops.compliance.promises import promises
from fiscalxml_ops.compliance.threats import Resta, threats

_HEAD: Final = f"""\
# Lacunas

Feito das mesmas fontes {MADE} O que falta, dito num lugar só: quem avalia o
serviço lê esta página primeiro. O que é de gente está em [decisoes.md](decisoes.md).
"""


def gaps_page() -> str:
    """The whole page."""
    return "\n".join(
        [
            _HEAD,
            "## Controles atendidos em parte\n",
            *_controls(),
            "\n## OWASP ASVS, em parte\n",
            *(
                f"- **{each.id}** {each.assunto}: {each.observacao}"
                for each in requirements()
                if each.estado in ("parcial", "falta")
            ),
            "\n## Até onde as medidas vão\n",
            *(
                f"- {measure(nome)}: {each.limite}."
                for nome, each in measures().items()
                if each.limite
            ),
            "\n## Promessas que a última medida não cumpre\n",
            *(f"- {each.promessa}: {each.falta}." for each in promises() if each.cumpre is False),
            "\n## Riscos que ficam, médios ou altos\n",
            *_risks(),
            *_coming(),
            "",
        ]
    )


def _controls() -> Iterator[str]:
    for nome, norma in norms().items():
        for numero, each in norma.controles.items():
            if each.falta:
                yield f"- [{nome}]({nome}.md) **{numero}** {each.assunto}: {each.falta}."


def _risks() -> Iterator[str]:
    for each in threats():
        if each.resta is not Resta.BAIXO:
            where = ", ".join(ELEMENTOS[one].nome for one in each.em)
            yield f"- **{each.resta}**, {where}: {each.ameaca}. *Porque:* {each.porque}."


def _coming() -> Iterator[str]:
    later = sorted({e.texto for m in measures().values() for e in m.citadas if e.por_vir})
    if later:
        yield "\n## Por vir nesta versão\n"
        yield from (f"- `{each}`" for each in later)
