"""Lotes that are not processed."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.model import Alerta
from fiscalxml_ops.alerts.symptoms.roles import FALTA

_WAITING: Final = 'queue_oldest_age_seconds{job="relay",queue=~"(abrir|processar)[.]pendente"}'
_DEAD: Final = 'queue_depth{job="relay",queue=~".+[.]morto"}'

PROCESSAMENTO: Final = (
    Alerta(
        nome="SemWorker",
        expr='(sum(worker_processes{job="worker"}) or vector(0)) == 0',
        por="2m",
        severidade="critica",
        resumo="Nenhum worker processa lotes",
        descricao="Lotes são recebidos (202) e ficam na fila: nada se perde, e nada anda.",
        rotulos={FALTA: "worker"},
    ),
    Alerta(
        nome="RelayAusente",
        expr='absent(up{job="relay"} == 1)',
        por="2m",
        severidade="critica",
        resumo="Nenhum relay publica os trabalhos",
        descricao="O que é recebido fica no banco e não chega aos workers; trabalhos de workers "
        "que morrem não voltam à fila.",
        rotulos={FALTA: "relay"},
    ),
    Alerta(
        nome="RepasseParado",
        expr='max(queue_oldest_age_seconds{job="relay",queue="processar.pendente"}) > 120'
        ' and on () sum(worker_processes{job="worker",state="idle"}) > 0',
        por="3m",
        severidade="critica",
        resumo="Há trabalho na fila e workers parados: o repasse não anda",
        descricao="O bloco mais antigo espera há {{ $value | humanizeDuration }} enquanto há "
        "worker livre: o relay não publica, ou o Valkey não entrega.",
    ),
    Alerta(
        nome="FilaAtrasada",
        expr=f"max({_WAITING}) > 300",
        por="5m",
        severidade="aviso",
        resumo="Os lotes esperam mais do que o normal",
        descricao="O trabalho mais antigo espera há {{ $value | humanizeDuration }}. Acima de 15 "
        "minutos, a organização dona dele passa a receber 429 ao enviar.",
    ),
    Alerta(
        nome="MortosAumentando",
        expr=f"sum({_DEAD}) > (sum({_DEAD} offset 1h) or vector(0))",
        por="5m",
        severidade="aviso",
        resumo="Trabalhos foram abandonados na última hora",
        descricao="Há {{ $value }} trabalhos mortos, mais do que uma hora atrás: cada um falhou em "
        "todas as tentativas, e o dono viu uma falha.",
    ),
    Alerta(
        nome="TrabalhosFalhando",
        expr='sum by (job_type) (rate(job_duration_seconds_count{outcome="error"}[15m]))'
        " > 0.1 * sum by (job_type) (rate(job_duration_seconds_count[15m]))",
        por="10m",
        severidade="aviso",
        resumo="Trabalhos do tipo {{ $labels.job_type }} falham e são tentados de novo",
        descricao="Mais de 10 % das tentativas do tipo {{ $labels.job_type }} terminam em erro há "
        "15 minutos.",
    ),
)
