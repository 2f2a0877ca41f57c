"""What becomes of documents, and whether the work on them keeps up."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard

from fiscalxml_ops.dashboards import limits
from fiscalxml_ops.dashboards.frame import frame
from fiscalxml_ops.dashboards.panels import Consulta, barras, fileira, linhas, numero
from fiscalxml_ops.dashboards.promql import (
    gauge,
    increase,
    newest,
    quantile,
    rate,
    share,
    total,
)
from fiscalxml_server.kit.telemetry import sampled
from fiscalxml_server.kit.telemetry.metrics import (
    busy_seconds,
    documents,
    findings,
    job_attempts,
    jobs,
    processes,
)

_PENDENTE = 'queue=~".+[.]pendente"'
_EM_CURSO = 'queue=~".+[.]em_curso"'
_MORTO = 'queue=~".+[.]morto"'
_EMAILS = 'queue="emails.espera"'


def processamento() -> Dashboard:
    """Lotes, queues, outcomes, findings."""
    return frame(
        "processamento",
        "Processamento",
        "Lotes e filas, o que se concluiu de cada documento, e o que as regras encontraram.",
        [
            fileira("Filas"),
            numero(
                "Trabalhos à espera",
                "none",
                "De todos os tipos, ainda não começados.",
                f"sum({newest(sampled.QUEUE_DEPTH, _PENDENTE)})",
                largura=6,
            ),
            numero(
                "O mais antigo espera há",
                "s",
                "O mais antigo dos trabalhos não começados, de qualquer tipo.",
                newest(sampled.QUEUE_AGE, _PENDENTE, by=""),
                limits.ESPERA,
                largura=6,
                runbook="FilaAtrasada",
            ),
            numero(
                "Desistências",
                "none",
                "Trabalhos que falharam em todas as tentativas e esperam por alguém.",
                f"sum({newest(sampled.QUEUE_DEPTH, _MORTO)})",
                limits.ALGUM,
                largura=6,
                runbook="MortosAumentando",
            ),
            numero(
                "Workers ocupados",
                "percentunit",
                "A parte do tempo em que os processos trabalham: perto de 1, faltam processos.",
                _BUSY,
                limits.OCUPACAO,
                largura=6,
                runbook="SemWorker",
            ),
            linhas(
                "Quanto espera, por fila",
                "none",
                "Trabalhos não começados, por tipo; `outbox` são os que ainda não foram entregues "
                "ao broker.",
                Consulta(newest(sampled.QUEUE_DEPTH, _PENDENTE), "{{queue}}"),
                Consulta(newest(sampled.QUEUE_DEPTH, 'queue="outbox"'), "{{queue}}"),
            ),
            linhas(
                "Idade do mais antigo, por fila",
                "s",
                "Cresce em linha reta quando ninguém trabalha na fila.",
                Consulta(newest(sampled.QUEUE_AGE, _PENDENTE), "{{queue}}"),
                Consulta(newest(sampled.QUEUE_AGE, 'queue="outbox"'), "{{queue}}"),
                limites=limits.ESPERA,
                runbook="RepasseParado",
            ),
            linhas(
                "Em curso, por fila",
                "none",
                "Trabalhos que um worker tem.",
                Consulta(newest(sampled.QUEUE_DEPTH, _EM_CURSO), "{{queue}}"),
            ),
            linhas(
                "No broker",
                "none",
                "Mensagens que esperam por um worker. Só ids: o que se perde é publicado de novo.",
                Consulta(newest(sampled.BROKER_DEPTH), "mensagens"),
            ),
            linhas(
                "E-mails à espera",
                "none",
                "Convites, confirmações e avisos que ainda não saíram. Cresce quando o servidor de "
                "e-mails não responde.",
                Consulta(newest(sampled.QUEUE_DEPTH, _EMAILS), "{{queue}}"),
            ),
            linhas(
                "Idade do e-mail mais antigo",
                "s",
                "Um que não se consegue entregar é tentado por quase três dias.",
                Consulta(newest(sampled.QUEUE_AGE, _EMAILS), "{{queue}}"),
            ),
            fileira("Trabalhos"),
            linhas(
                "Tentativas por tipo e fim",
                "ops",
                "`lost`: outro worker ficou com o trabalho; `failed`: será tentado de novo.",
                Consulta(total(rate(jobs), "job_type, outcome"), "{{job_type}} {{outcome}}"),
                runbook="TrabalhosFalhando",
            ),
            linhas(
                "Duração de uma tentativa (p95)",
                "s",
                "Por tipo de trabalho.",
                Consulta(quantile(0.95, jobs, by="job_type"), "{{job_type}}"),
            ),
            linhas(
                "Tentativas que não são a primeira",
                "percentunit",
                "Processos que morrem, servidores que somem ou arquivos que derrubam o worker.",
                Consulta(
                    share(rate(job_attempts, 'attempt!="1"'), rate(job_attempts), "job_type"),
                    "{{job_type}}",
                ),
                limites=limits.REPETIDAS,
            ),
            linhas(
                "Processos dos workers",
                "none",
                "Livres (`idle`) e ocupados (`busy`).",
                Consulta(total(gauge(processes), "state"), "{{state}}"),
            ),
            fileira("Documentos"),
            linhas(
                "Desfechos",
                "ops",
                "Documentos por segundo; `validado` é o que se julgou sem guardar.",
                Consulta(total(rate(documents), "desfecho"), "{{desfecho}}"),
            ),
            linhas(
                "Vereditos",
                "ops",
                "Documentos por segundo.",
                Consulta(total(rate(documents), "veredito"), "{{veredito}}"),
            ),
            linhas(
                "Tipos de documento",
                "ops",
                "Documentos por segundo.",
                Consulta(total(rate(documents), "tipo"), "{{tipo}}"),
            ),
            linhas(
                "Inválidos, por tipo",
                "percentunit",
                "A parte dos documentos julgados que tem algum erro.",
                Consulta(
                    share(rate(documents, 'veredito="invalido"'), rate(documents), "tipo"),
                    "{{tipo}}",
                ),
            ),
            fileira("Achados"),
            barras(
                "Códigos mais encontrados",
                "none",
                "No período mostrado: cStat da SEFAZ, ou o código próprio da camada.",
                Consulta(f"topk(20, {total(increase(findings), 'codigo')})", "{{codigo}}"),
                altura=12,
            ),
            linhas(
                "Achados por segundo",
                "ops",
                "Os dez códigos mais frequentes de cada momento. Um salto de um código só costuma "
                "ser uma regra nova, ou um emissor que mudou de sistema.",
                Consulta(f"topk(10, {total(rate(findings), 'codigo')})", "{{codigo}}"),
            ),
        ],
    )


_BUSY = f"{total(rate(busy_seconds))} / {total(gauge(processes))}"
