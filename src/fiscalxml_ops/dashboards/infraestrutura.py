"""What is used up: pools of each role, the database and its replica, the broker."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard

from fiscalxml_ops.dashboards import limits
from fiscalxml_ops.dashboards.frame import frame
from fiscalxml_ops.dashboards.panels import Consulta, fileira, linhas, numero
from fiscalxml_ops.dashboards.promql import (
    SERVICO,
    gauge,
    growth,
    newest,
    quantile,
    total,
)
from fiscalxml_server.kit.telemetry import sampled
from fiscalxml_server.kit.telemetry.metrics import build, requests_in_flight
from fiscalxml_server.kit.telemetry.pools import in_use, sizes, waiting, waits

_EACH = "job, pool"
_POOL = "{{job}} {{pool}}"


def infraestrutura() -> Dashboard:
    """Use, saturation, errors of what there is only so much of."""
    blocks = sampled.DATABASE_BLOCKS
    hit, read = growth(blocks, 'source="hit"', by=""), growth(blocks, 'source="read"', by="")
    return frame(
        "infra",
        "Infraestrutura",
        "Quanto se usa do que é limitado: pools de cada serviço, banco e réplica, broker.",
        [
            fileira("Pools"),
            linhas(
                "Ocupação",
                "percentunit",
                "A parte que está em uso: `banco` e `banco_replica` são conexões, `corpos_grandes` "
                "e `exportacoes_diretas` lugares para o que é grande, `impressoras` processos que "
                "desenham, `entregas` tentativas de webhook.",
                Consulta(
                    f"{total(gauge(in_use, SERVICO), _EACH)}"
                    f" / {total(gauge(sizes, SERVICO), _EACH)}",
                    _POOL,
                ),
                limites=limits.OCUPACAO,
            ),
            linhas(
                "Esperando por um lugar",
                "none",
                "Se não volta a zero, o pool é pequeno ou o que ele guarda está lento.",
                Consulta(total(gauge(waiting, SERVICO), _EACH), _POOL),
                limites=limits.ALGUM,
            ),
            linhas(
                "Quanto se espera (p95)",
                "s",
                "Até ter um lugar; para o banco, com a conexão que for preciso abrir.",
                Consulta(quantile(0.95, waits, SERVICO, by=_EACH), _POOL),
            ),
            linhas(
                "Tamanho dos pools",
                "none",
                "Em todos os processos de cada serviço.",
                Consulta(total(gauge(sizes, SERVICO), _EACH), _POOL),
            ),
            linhas(
                "Requisições em andamento",
                "none",
                "Por serviço.",
                Consulta(total(gauge(requests_in_flight, SERVICO), "job"), "{{job}}"),
            ),
            linhas(
                "Alvos no ar",
                "none",
                "Os que o Prometheus consegue ler, por serviço.",
                Consulta(f"sum by (job) (up{{{SERVICO}}})", "{{job}}"),
                runbook="ServicoForaDoAr",
            ),
            linhas(
                "Versões no ar",
                "none",
                "Alvos de cada serviço por versão: durante uma troca, de duas.",
                Consulta(total(gauge(build, SERVICO), "job, version"), "{{job}} {{version}}"),
            ),
            linhas(
                "Memória por serviço",
                "bytes",
                "De todos os processos; a que dividem entre si conta em cada um.",
                Consulta(total(f"{sampled.ROLE_MEMORY.name}{{{SERVICO}}}", "job"), "{{job}}"),
            ),
            linhas(
                "Arquivos e conexões abertos",
                "percentunit",
                "Dos que um processo pode ter, no que tem mais.",
                Consulta(
                    f"max by (job) ({sampled.ROLE_FILES.name}{{{SERVICO}}}"
                    f" / {sampled.ROLE_FILES_MAX.name}{{{SERVICO}}})",
                    "{{job}}",
                ),
                limites=limits.OCUPACAO,
            ),
            linhas(
                "Processos por serviço",
                "none",
                "Em todas as máquinas.",
                Consulta(total(f"{sampled.ROLE_PROCESSES.name}{{{SERVICO}}}", "job"), "{{job}}"),
            ),
            fileira("PostgreSQL"),
            numero(
                "Conexões",
                "percentunit",
                "Das que o servidor aceita, de todos que o usam.",
                f"{newest(sampled.DATABASE_CONNECTIONS)}"
                f" / {newest(sampled.DATABASE_CONNECTIONS_MAX)}",
                limits.OCUPACAO,
                largura=6,
                runbook="BancoSemConexoes",
            ),
            numero(
                "Tamanho",
                "bytes",
                "Do banco de dados.",
                newest(sampled.DATABASE_BYTES),
                largura=6,
            ),
            numero(
                "Atraso da réplica",
                "s",
                "Quanto as leituras que podem atrasar estão atrás.",
                newest(sampled.REPLICA_LAG),
                limits.REPLICA_SEGUNDOS,
                largura=6,
            ),
            numero(
                "Idade das transações",
                "none",
                "Desde a linha mais antiga que o vacuum não congelou; o servidor para de gravar "
                "perto de 2 bilhões.",
                newest(sampled.DATABASE_OLDEST),
                limits.IDADE_DE_TRANSACOES,
                largura=6,
            ),
            linhas(
                "Transações",
                "ops",
                "Por segundo, confirmadas e desfeitas.",
                Consulta(growth(sampled.DATABASE_TRANSACTIONS), "{{outcome}}"),
            ),
            linhas(
                "Blocos achados na memória",
                "percentunit",
                "Do que se pediu ao servidor. Abaixo de 99 %, falta memória ou sobra varredura.",
                Consulta(f"{hit} / ({hit} + {read})", "na memória"),
                limites=limits.CACHE,
            ),
            linhas(
                "Réplica",
                "s",
                "Atraso; cresce em linha reta quando ela não recebe mais nada.",
                Consulta(newest(sampled.REPLICA_LAG), "atraso"),
                limites=limits.REPLICA_SEGUNDOS,
            ),
            linhas(
                "Réplica recebendo; impasses",
                "none",
                "1 enquanto a réplica recebe o que o primário grava; impasses (deadlocks) por "
                "segundo.",
                Consulta(newest(sampled.REPLICA_STREAMING), "recebendo"),
                Consulta(growth(sampled.DATABASE_DEADLOCKS), "impasses"),
            ),
            linhas(
                "WAL por arquivar",
                "s",
                "Há quanto tempo nada é arquivado, com WAL à espera: o que uma restauração "
                "perderia. Vazio onde o PostgreSQL não arquiva.",
                Consulta(newest(sampled.ARCHIVE_STALLED), "espera"),
                limites=limits.ARQUIVO_SEGUNDOS,
            ),
            fileira("Valkey"),
            linhas(
                "Memória",
                "percentunit",
                "Do limite dele, ou da máquina onde não tem um.",
                Consulta(
                    f"{newest(sampled.BROKER_BYTES)} / {newest(sampled.BROKER_BYTES_MAX)}", "em uso"
                ),
                limites=limits.OCUPACAO,
            ),
            linhas(
                "Comandos e chaves perdidas",
                "ops",
                "Chaves descartadas por falta de memória fazem limites de requisições recomeçar.",
                Consulta(growth(sampled.BROKER_COMMANDS), "comandos"),
                Consulta(growth(sampled.BROKER_EVICTED), "descartadas"),
            ),
            linhas(
                "Clientes",
                "none",
                "Conexões ao Valkey.",
                Consulta(newest(sampled.BROKER_CLIENTS), "clientes"),
            ),
            linhas(
                "Mensagens à espera",
                "none",
                "Na fila dos workers.",
                Consulta(newest(sampled.BROKER_DEPTH), "mensagens"),
            ),
            fileira("Certificados de dentro"),
            linhas(
                "Até vencerem",
                "s",
                "O que cada servidor mostra, e a autoridade em que se crê, no processo que tem a "
                "mais velha.",
                Consulta(
                    f"min by (server) ({sampled.CERTIFICATE_END.name}{{{SERVICO}}}) - time()",
                    "{{server}}",
                ),
                limites=limits.CERTIFICADO,
                runbook="CertificadoInternoVencendo",
            ),
        ],
    )
