"""docs/metricas.md: every family, from the objects that the services count with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from prometheus_client import Counter, Histogram

from fiscalxml_ops.dashboards.promql import AnyFamily, labels_of
from fiscalxml_ops.objectives import name_of
from fiscalxml_server.kit.telemetry.catalogue import FAMILIES, SAMPLED
from fiscalxml_server.kit.telemetry.sampled import TOP, Sampled

_HEAD: Final = f"""\
# Métricas

Feito do código por `make operacao`; não edite. O que cada papel conta está em `/metrics`, na porta
`FISCALXML_METRICS_PORT` do endereço `FISCALXML_METRICS_HOST` (sem a porta, em lugar nenhum; o
endereço nunca é um que se alcance de fora). Os processos de um papel na mesma máquina somam o que
contam na pasta `FISCALXML_METRICS_DIR`. O Prometheus põe em `job` o papel: `api`, `auth`,
`webhooks`, `worker`, `relay` ou `entregador`.

Um rótulo só tem palavras de um conjunto fechado (um tipo, um código, o modelo de uma rota), nunca
um CPF, um CNPJ, uma chave, um nome ou um caminho. Cada família tem um limite de valores; o que
passa dele, ou não é uma palavra dessas, é contado como `other`. *Uma organização* aparece só pelo
id, que sem o banco do serviço de contas não diz de quem é, e só as {TOP} que mais usam, as outras
juntas (decisão 30).

Painéis prontos: `ops/dashboards/`.
"""
_TABLE: Final = """
| métrica | tipo | unidade | rótulos | valores, no máximo | para quê |
|---|---|---|---|---:|---|
"""
_SAMPLED: Final = """\
`role_…` é de cada papel em cada máquina. O mais é lido de servidores, pelo `relay`, pelo
`entregador` (`webhook_…`, filas `webhooks.…`) e pelo `auth` (fila `emails.espera`), e vem igual de
cada processo que lê: use `max`, nunca `sum`. O que não pôde ser lido some, em vez de ficar com o
valor antigo.
"""
_UNITS: Final = {"seconds": "segundos", "bytes": "bytes"}

PARA: Final[Mapping[str, str]] = {
    "http_server_request_duration_seconds": "Requisições, erros e duração de cada rota (RED); o "
    "objetivo de latência é o limite de 0,1 s",
    "http_server_active_requests": "Requisições em andamento: saturação de um serviço",
    "build_info": "As versões que rodam, por papel: durante uma troca, duas",
    "documents": "O que se concluiu de cada documento; `validado` é o que não se guarda",
    "findings": "O que as regras e as outras camadas encontram, por código",
    "job_duration_seconds": "Trabalhos: quantos, como terminaram, quanto demoraram",
    "job_attempts": "Tentativas pelo número: acima de 1, algo morreu ou falhou",
    "worker_processes": "Processos dos workers, livres e ocupados",
    "worker_busy_seconds": "Tempo trabalhado; pela soma de `worker_processes`, a ocupação (USE)",
    "pool_size": "Quanto há em cada pool: conexões com o banco e com a réplica, lugares para "
    "corpos e exportações grandes, processos que desenham, tentativas de webhook",
    "pool_in_use": "Quanto disso está em uso",
    "pool_waiting": "Quem espera por um lugar: saturação",
    "pool_wait_seconds": "Quanto se esperou por um lugar",
    "webhook_attempts": "Tentativas de entrega, pelo código da resposta ou a palavra do erro",
    "webhook_delay_seconds": "Do momento em que a entrega podia ser feita à primeira tentativa: o "
    "objetivo dos webhooks",
    "webhook_attempt_duration_seconds": "Quanto os destinatários demoram a responder",
    "webhook_deliveries": "Entregas que terminaram: entregues ou abandonadas",
    "webhook_lanes": "Assinaturas na memória dos entregadores, e quantas têm o disjuntor aberto",
    "webhook_slices": "Fatias que têm quem entregue; juntas devem ser todas",
    "role_processes": "Processos do papel em cada máquina",
    "role_memory_bytes": "Memória desses processos; a que dividem conta em cada um",
    "role_open_files": "Arquivos e conexões abertos, do processo que tem mais",
    "role_open_files_max": "Quantos um processo pode ter",
    "queue_depth": "Quanto espera em cada fila: `tipo.estado` de trabalhos, `outbox` (ainda não "
    "entregues ao broker), `webhooks.estado`, `emails.espera`",
    "queue_oldest_age_seconds": "Há quanto tempo espera o mais antigo de cada fila",
    "broker_depth": "Mensagens no broker",
    "database_replica_lag_seconds": "Atraso da réplica, onde `FISCALXML_DATABASE_REPLICA_URL` diz "
    "qual é",
    "database_replica_streaming": "Se a réplica recebe o que o primário grava; 0 também quando não "
    "responde",
    "database_archive_stalled_seconds": "Há quanto tempo nada é arquivado, com WAL à espera: o que "
    "uma restauração perderia; só onde o PostgreSQL arquiva WAL",
    "database_connections": "Conexões do servidor, de todos que o usam",
    "database_connections_max": "Quantas ele aceita",
    "database_size_bytes": "Tamanho do banco",
    "database_transactions": "Transações confirmadas e desfeitas",
    "database_blocks": "Blocos achados na memória ou lidos",
    "database_deadlocks": "Impasses",
    "database_frozen_age": "Transações desde a linha mais antiga que o vacuum não congelou",
    "broker_memory_bytes": "Memória do Valkey",
    "broker_memory_max_bytes": "Quanto ele pode ter",
    "broker_clients": "Conexões ao Valkey",
    "broker_commands": "Comandos que ele fez",
    "broker_evicted_keys": "Chaves que descartou por falta de memória",
    "webhook_subscriptions": "Assinaturas por situação",
    "webhook_subscriptions_failing": "Assinaturas ativas em que nada deu certo desde a última "
    "falha: destinatários fora do ar",
    "webhook_subscriptions_failing_oldest_seconds": "Há quanto tempo falha a que falha há mais "
    "tempo; depois de dias é desativada",
    "organizations_active": "Organizações que usaram documentos no mês",
    "organization_documents": "Documentos do mês por organização: quem mais usa",
    "organization_jobs": "Trabalhos não terminados por organização: quem ocupa a fila",
    "server_certificate_expiry_timestamp_seconds": "Quando vence o certificado que cada servidor "
    "de dentro mostra (lido por `relay` e `entregador`), e a autoridade em que cada processo crê "
    "(`autoridade`)",
}
"""what each is for, in the words of who reads it"""


class Linha(NamedTuple):
    """A family, as it is exposed."""

    nome: str
    tipo: str
    rotulos: tuple[str, ...]
    limite: int

    @property
    def raiz(self) -> str:
        """Its name without the ending of a counter."""
        return self.nome.removesuffix("_total")

    @property
    def unidade(self) -> str:
        """By the name, as Prometheus has it."""
        return _UNITS.get(self.raiz.rpartition("_")[2], "quantos")


def families() -> Iterator[Linha]:
    """All, those that are counted first."""
    yield from _all_counted()
    yield from map(_sampled, SAMPLED)


def page() -> str:
    """The page."""
    counted = "".join(map(_row, _all_counted()))
    sampled = "".join(map(_row, map(_sampled, SAMPLED)))
    return (
        f"{_HEAD}\n## Contadas por quem faz\n{_TABLE}{counted}"
        f"\n## Lidas no momento\n\n{_SAMPLED}{_TABLE}{sampled}"
    )


def _all_counted() -> list[Linha]:
    each: tuple[AnyFamily, ...] = FAMILIES
    return [_counted(family) for family in each]


def _counted(family: AnyFamily) -> Linha:
    metric = family.metric
    if isinstance(metric, Counter):
        return Linha(f"{name_of(family)}_total", "contador", labels_of(family), family.limit)
    kind = "histograma" if isinstance(metric, Histogram) else "medidor"
    return Linha(name_of(family), kind, labels_of(family), family.limit)


def _sampled(family: Sampled) -> Linha:
    kind = "contador" if family.kind == "counter" else "medidor"
    return Linha(family.name, kind, family.labels, family.limit)


def _row(linha: Linha) -> str:
    labels = ", ".join(f"`{each}`" for each in linha.rotulos)
    return (
        f"| `{linha.nome}` | {linha.tipo} | {linha.unidade} | {labels} | {linha.limite} "
        f"| {PARA[linha.raiz]} |\n"
    )
