"""What one task carries, as measured, and what is only assumed. Standard library only.

Every figure has a source: a command with its date, somebody else's publication, or our assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

MACHINE: Final = "AMD EPYC, 2 cores, Linux 6.18, Python 3.11.7; all servers and the load on it"
JOB_DOCUMENTS: Final = 200
"""of a block, which is a job: `api.lotes.opening`"""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """`value` in `unit`. `kind`: measured here, published by others, or assumed by us."""

    name: str
    value: float
    unit: str
    kind: Literal["medido", "publicado", "suposto"]
    source: str


_BENCH: Final = "python -m benchmarks.service --notes 100000, 2026-11-28 (benchmarks/results.md)"

VALIDATIONS: Final = Rate(
    name="validações de uma tarefa da API (2 processos)",
    value=57_348,
    unit="requisições/min",
    kind="medido",
    source=f"{_BENCH}; 2 núcleos divididos com quem pede: de uma tarefa sozinha, o mínimo",
)
SUMMARIES: Final = Rate(
    name="resumos de uma tarefa da API (2 processos)",
    value=92_178,
    unit="requisições/min",
    kind="medido",
    source=f"{_BENCH}; o mesmo",
)
WORKER_DOCUMENTS: Final = Rate(
    name="documentos de lotes de uma tarefa de worker (2 processos)",
    value=45_125,
    unit="documentos/min",
    kind="medido",
    source=f"{_BENCH}; 2 núcleos divididos com banco, relay e API: de uma tarefa só, o mínimo",
)
DATABASE_CPU: Final = Rate(
    name="processador do PostgreSQL por documento de um lote",
    value=0.578,
    unit="ms",
    kind="medido",
    source="benchmarks.processes.role_seconds num lote de 20.000 notas, 2 processos, 2026-11-29, "
    "5:34 UTC, em 2 núcleos que outros também usavam (carga 4 a 8): livre, é menos",
)
OPENING: Final = Rate(
    name="documentos que a abertura de um arquivo entrega",
    value=248_000,
    unit="documentos/min",
    kind="medido",
    source="make drill-escala, 2026-11-29 (ops/scaling/README.md): 13 e 22 vezes o que um processo "
    "faz; aqui, por cautela, 11 vezes a metade de uma tarefa de worker",
)
DATABASE_CORES: Final = Rate(
    name="vCPU do banco (db.r5.xlarge)",
    value=4,
    unit="vCPU",
    kind="publicado",
    source="AWS, classe db.r5.xlarge: 4 vCPU, 32 GiB",
)
DATABASE_SHARE: Final = Rate(
    name="parte do processador do banco que os lotes podem tomar",
    value=0.7,
    unit="fração",
    kind="suposto",
    source="o resto é de buscas, manutenção e folga",
)
TASK_START: Final = Rate(
    name="início de uma tarefa, do pedido ao primeiro trabalho",
    value=45,
    unit="s",
    kind="suposto",
    source="AWS publica 23 s (109 s ao todo menos 86 s até o disparo, junho de 2026, imagem "
    "pequena); a nossa tem 233 MB e importa por 5 a 10 s",
)
MACHINE_START: Final = Rate(
    name="início de uma máquina EC2 até registrada no cluster",
    value=90,
    unit="s",
    kind="suposto",
    source="AMI do ECS sem mais nada no user data; não foi medido",
)
HEALTHY: Final = Rate(
    name="verificações do balanceador até a primeira requisição",
    value=15,
    unit="s",
    kind="suposto",
    source="2 verificações a cada 5 s, e a inclusão no alvo",
)
STOP: Final = Rate(
    name="fim de uma tarefa de worker, do pedido à parada",
    value=10,
    unit="s",
    kind="suposto",
    source="um bloco termina em 1 a 2 s, no pior caso em 30 (job_time_limit_seconds)",
)
DRAIN: Final = Rate(
    name="fim de uma tarefa da API, do pedido à parada",
    value=40,
    unit="s",
    kind="suposto",
    source="dreno de 30 s no balanceador, e a parada",
)
RATES: Final = (
    *(VALIDATIONS, SUMMARIES, WORKER_DOCUMENTS, DATABASE_CPU, OPENING),
    *(DATABASE_CORES, DATABASE_SHARE, TASK_START, MACHINE_START, HEALTHY, STOP, DRAIN),
)


def database_documents() -> float:
    """Documents of lotes a minute that the database can write."""
    cores = DATABASE_CORES.value * DATABASE_SHARE.value
    return cores * 60_000 / DATABASE_CPU.value
