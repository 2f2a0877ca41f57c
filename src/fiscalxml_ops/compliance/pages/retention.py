"""docs/conformidade/retencao.md: how long everything is kept, from where the code says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from fiscalxml_ops.compliance.data_map import described
from fiscalxml_ops.compliance.pages.matrix import MADE
from fiscalxml_ops.logs.streams import CORRENTES
from fiscalxml_server.kit.privacy import OBJETOS
from fiscalxml_server.kit.settings import Settings

_HEAD: Final = f"""\
# Retenção: o que se guarda, e por quanto tempo

Feito do mapa de dados, das correntes de logs e das configurações {MADE} Base legal e finalidade
de cada tabela: [dados-pessoais.md](../dados-pessoais.md).

A regra da casa: o XML fiscal fica **132 meses** da autorização (Ajuste SINIEF 2/2025; há quem
leia o prazo como dever só das administrações tributárias: o Jurídico confirma,
[leis](decisoes.md#leis)); ninguém o elimina antes, nem com guarda legal aberta; depois, some. O
resto some assim que deixa de servir.
"""


def retention_page() -> str:
    """The whole page."""
    settings = Settings.model_construct()
    return "\n".join(
        [
            _HEAD,
            "## Tabelas\n",
            "| por quanto tempo | o quê |",
            "|---|---|",
            *_tables(),
            "\n## Objetos\n",
            "| objeto | por quanto tempo |",
            "|---|---|",
            *(f"| `{nome}` | {each.retencao} |" for nome, each in sorted(OBJETOS.items())),
            "\n## Registros, medidas e cópias\n",
            "| o quê | por quanto tempo | onde se diz |",
            "|---|---|---|",
            *(
                f"| {each.descricao} | {each.termina} dias | `fiscalxml_ops/logs/streams.py` |"
                for each in CORRENTES
            ),
            "| Métricas | 45 dias | `compose.yaml`, Prometheus |",
            f"| Cópias do banco com o que já se eliminou | até {settings.backup_days} dias | "
            "`FISCALXML_BACKUP_DAYS` |",
            f"| Arquivo de uma exportação | {settings.export_hours:g} horas | "
            "`FISCALXML_EXPORT_HOURS` |",
            "| Registro de incidentes | 5 anos (Resolução CD/ANPD 15/2024, art. 10) | "
            "`auth.incidentes` |",
            "",
        ]
    )


def _tables() -> Iterator[str]:
    by_term: dict[str, list[str]] = defaultdict(list)
    for table, each in described():
        by_term[each.retencao].append(f"`{table.fullname}`")
    for term in sorted(by_term, key=lambda t: (-len(by_term[t]), t)):
        yield f"| {term} | {', '.join(by_term[term])} |"
