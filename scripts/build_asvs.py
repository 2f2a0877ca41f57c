"""`make asvs`: docs/asvs.md, where the OWASP ASVS 5.0 (levels 1 and 2) is met, and where not.

The table is docs/asvs.tsv, written by hand: for each requirement its subject in our words, its
state, and what shows it. The standard's own text (CC BY-SA) is not in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from fiscalxml_ops.compliance.asvs import ESTADOS, Requisito, requirements
from scripts.asvs_decisions import decisions

PUBLISHED: Final = Path(__file__).parents[1] / "docs" / "asvs.md"
CAPITULOS: Final = {
    1: "Codificação e limpeza de dados",
    2: "Validação e regras de negócio",
    3: "Navegador",
    4: "API e HTTP",
    5: "Arquivos",
    6: "Autenticação",
    7: "Sessões",
    8: "Autorização",
    9: "Tokens que se bastam",
    10: "OAuth e OIDC",
    11: "Criptografia",
    12: "Comunicação",
    13: "Configuração",
    14: "Proteção de dados",
    15: "Código e arquitetura",
    16: "Registros e erros",
    17: "WebRTC",
}
_HEAD: Final = """\
# OWASP ASVS 5.0, níveis 1 e 2

Feito de [asvs.tsv](asvs.tsv) e do código por `make asvs`; não edite. Para cada requisito do
[OWASP ASVS 5.0](https://github.com/OWASP/ASVS) (o texto está lá; aqui só o assunto, em palavras
nossas): se é atendido, e o código e o teste que o mostram. Um teste confere que cada um existe.

*parcial* e *falta* dizem o que não há; *fora daqui* é de quem opera o serviço (proxy, TLS, rede).

"""


def page() -> str:
    """The whole page."""
    every = requirements()
    chapters = (
        f"\n## V{number} {nome}\n\n" + "".join(_row(each) for each in _of(every, number))
        for number, nome in CAPITULOS.items()
    )
    return _HEAD + "".join(_counts(every)) + "".join(chapters) + "\n" + decisions()


def _counts(every: Sequence[Requisito]) -> Iterator[str]:
    yield f"| | {' | '.join(ESTADOS)} | |\n|---|{'--:|' * (len(ESTADOS) + 1)}\n"
    for nivel in (1, 2):
        yield _count(f"nível {nivel}", [each for each in every if each.nivel == nivel])
    yield _count("todos", every)


def _count(nome: str, rows: Sequence[Requisito]) -> str:
    states = Counter(each.estado for each in rows)
    return f"| {nome} | {' | '.join(str(states[each]) for each in ESTADOS)} | {len(rows)} |\n"


def _of(every: Sequence[Requisito], capitulo: int) -> list[Requisito]:
    return [each for each in every if each.capitulo == capitulo]


def _row(each: Requisito) -> str:
    links = [_link(evidencia) for evidencia in each.evidencias]
    told = f" {each.observacao}" if each.observacao else ""
    shown = f" {', '.join(links)}." if links else ""
    return f"- **{each.id}** (N{each.nivel}) {each.assunto}: **{each.estado}**.{told}{shown}\n"


def _link(evidencia: str) -> str:
    path, _, function = evidencia.partition("::")
    return f"[{function or Path(path).name}](../{path})"


if __name__ == "__main__":
    PUBLISHED.write_text(page(), encoding="utf-8")
