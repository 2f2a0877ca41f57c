"""What an operator must know before, or beside, what the objectives tell: A NEW ALERT stands here.

Each says something that somebody can do something about; what to do is its page in docs/runbooks.
"""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.model import Alerta
from fiscalxml_ops.objectives import CANARIO, PAPEIS, SERVICOS

FALTA: Final = "papel"
"""label for which role is away"""
ALERTA: Final = "alerta"
"""label for which critical alert lasts"""

_WAITING: Final = 'queue_oldest_age_seconds{job="relay",queue=~"(abrir|processar)[.]pendente"}'
_DEAD: Final = 'queue_depth{job="relay",queue=~".+[.]morto"}'

_EMAILS: Final = 'max(queue_depth{job="auth",queue="emails.espera"})'
_OLDEST_EMAIL: Final = 'max(queue_oldest_age_seconds{job="auth",queue="emails.espera"})'

_AWAY: Final = tuple(
    Alerta(
        nome="ServicoForaDoAr",
        expr=f'absent(up{{job="{servico}"}} == 1)',
        por="2m",
        severidade="critica",
        resumo=f"Nenhum processo de {servico} responde",
        descricao=f"Há 2 minutos o Prometheus não alcança nenhum processo do papel {servico}: "
        "ou todos caíram, ou deixaram de ser alvos.",
        rotulos={FALTA: servico},
    )
    for servico in SERVICOS
)

_PROCESSING: Final = (
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

_DELIVERING: Final = (
    Alerta(
        nome="EntregadorAusente",
        expr='absent(up{job="entregador"} == 1)',
        por="2m",
        severidade="critica",
        resumo="Nenhum entregador envia webhooks",
        descricao="Notificações são gravadas e ninguém as entrega: nada se perde, e tudo atrasa.",
        rotulos={FALTA: "entregador"},
    ),
    Alerta(
        nome="WebhooksParados",
        expr='max(queue_oldest_age_seconds{job="entregador",queue="webhooks.livre"}) > 120',
        por="3m",
        severidade="critica",
        resumo="Entregas vencidas esperam e ninguém as toma",
        descricao="A mais antiga espera há {{ $value | humanizeDuration }}: há fatias sem dono, ou "
        "os entregadores não dão conta.",
    ),
    Alerta(
        nome="EntregasFalhando",
        expr='sum(rate(webhook_attempts_total{outcome!~"2.."}[15m]))'
        " > 0.5 * sum(rate(webhook_attempts_total[15m]))"
        ' and on () sum(webhook_lanes{state="open"}) > 0.3 * sum(webhook_lanes{state="all"})'
        ' and on () sum(webhook_lanes{state="all"}) >= 10',
        por="10m",
        severidade="aviso",
        resumo="A maioria das entregas falha, e em muitos receptores ao mesmo tempo",
        descricao="Quando muitos receptores falham juntos, a causa costuma ser nossa: saída para a "
        "internet, proxy ou DNS.",
    ),
)

# One letter may wait for hours: its receiver puts it off. Several that wait are ours.
_WRITING: Final = (
    Alerta(
        nome="EmailsParados",
        expr=f"{_EMAILS} >= 5 and {_OLDEST_EMAIL} > 900",
        por="10m",
        severidade="aviso",
        resumo="E-mails esperam e não saem",
        descricao="Esperam {{ $value }} e-mails, o mais antigo há mais de 15 minutos: confirmações "
        "de cadastro e trocas de senha não chegam a todos.",
        rotulos={"nivel": "alguns"},
    ),
    Alerta(
        nome="EmailsParados",
        expr=f"{_EMAILS} >= 50 and {_OLDEST_EMAIL} > 1800",
        por="10m",
        severidade="critica",
        resumo="Nenhum e-mail sai",
        descricao="Esperam {{ $value }} e-mails, o mais antigo há mais de meia hora: ninguém "
        "confirma um cadastro nem recupera a senha.",
        rotulos={"nivel": "muitos"},
    ),
)

_AROUND: Final = (
    Alerta(
        nome="ErrosNumServico",
        expr="sum by (job) (rate(http_server_request_duration_seconds_count"
        '{http_response_status_code=~"5..",http_route!~"/saude|/pronto"}[10m]))'
        " > 0.05 * sum by (job) (rate(http_server_request_duration_seconds_count"
        '{http_route!~"/saude|/pronto"}[10m]))'
        " and sum by (job) (increase(http_server_request_duration_seconds_count"
        '{http_response_status_code=~"5..",http_route!~"/saude|/pronto"}[10m])) >= 5',
        por="5m",
        severidade="aviso",
        resumo="O serviço {{ $labels.job }} responde com erros",
        descricao="Mais de 5 % das respostas do serviço {{ $labels.job }} são 5xx há 10 minutos.",
    ),
    Alerta(
        nome="ProcessoFora",
        expr=f'up{{job=~"{"|".join((*PAPEIS, CANARIO))}"}} == 0',
        por="5m",
        severidade="aviso",
        resumo="Um processo de {{ $labels.job }} não responde ao Prometheus",
        descricao="{{ $labels.instance }} ({{ $labels.job }}) está fora há 5 minutos; os outros "
        "processos do papel fazem o trabalho dele.",
    ),
    Alerta(
        nome="MetricaAusente",
        expr=" or ".join(
            (
                *(
                    f'absent(http_server_request_duration_seconds_count{{job="{servico}"}})'
                    for servico in SERVICOS
                ),
                'absent(worker_processes{job="worker"})',
                'absent(webhook_lanes{job="entregador"})',
                'absent(queue_depth{job="auth",queue="emails.espera"})',
            )
        ),
        por="15m",
        severidade="aviso",
        resumo="O papel {{ $labels.job }} não publica as métricas que os alertas usam",
        descricao="Há 15 minutos falta uma métrica do papel {{ $labels.job }}: um alerta que se "
        "apoia nela não dispararia.",
    ),
    Alerta(
        nome="CanarioMudo",
        expr=f'time() - (max(canary_last_success_timestamp_seconds{{job="{CANARIO}"}})'
        " or vector(0)) > 300",
        por="2m",
        severidade="critica",
        resumo="O canário não completa uma volta há mais de 5 minutos",
        descricao="Um documento enviado de fora não volta como webhook conferido, ou o canário "
        "parou: o serviço pode estar fora para todos.",
    ),
    Alerta(
        nome="CertificadoVencendo",
        expr="min by (service) (canary_certificate_expiry_timestamp_seconds) - time() < 21 * 86400",
        por="1h",
        severidade="chamado",
        resumo="O certificado de {{ $labels.service }} vence em menos de 21 dias",
        descricao="Vence em {{ $value | humanizeDuration }}. A renovação automática já deveria ter "
        "trocado o certificado.",
        rotulos={"prazo": "21d"},
    ),
    Alerta(
        nome="CertificadoVencendo",
        expr="min by (service) (canary_certificate_expiry_timestamp_seconds) - time() < 3 * 86400",
        por="10m",
        severidade="critica",
        resumo="O certificado de {{ $labels.service }} vence em menos de 3 dias",
        descricao="Vence em {{ $value | humanizeDuration }}. Depois disso nenhum cliente conecta.",
        rotulos={"prazo": "3d"},
    ),
)

ESCALADA: Final = Alerta(
    nome="CriticaSemSolucao",
    expr=f'max by ({ALERTA}) (label_replace(time() - ALERTS_FOR_STATE{{severidade="critica"}},'
    f' "{ALERTA}", "$1", "alertname", "(.+)")) > 2700',
    severidade="escalada",
    resumo="{{ $labels.alerta }} dispara há mais de 45 minutos",
    descricao="O alerta crítico {{ $labels.alerta }} dura {{ $value | humanizeDuration }}: a "
    "segunda linha é chamada, tenha o plantão reconhecido ou não.",
)
"""what Alertmanager cannot know is whether somebody acknowledged; that it lasts, Prometheus does"""

_MACHINES: Final = (
    Alerta(
        nome="BancoForaDoAr",
        expr='absent(database_connections{job="relay"}) and on () max(up{job="relay"}) == 1',
        por="2m",
        severidade="critica",
        resumo="O PostgreSQL não responde",
        descricao="O relay não consegue ler do banco há 2 minutos. Sem o banco, tudo responde "
        "503, e nada do que foi aceito se perde.",
    ),
    Alerta(
        nome="BancoSemConexoes",
        expr="max(database_connections) / max(database_connections_max) > 0.9",
        por="5m",
        severidade="aviso",
        resumo="O PostgreSQL está quase sem conexões",
        descricao="Em uso: {{ $value | humanizePercentage }} das conexões que ele aceita. No "
        "limite, processos novos não se ligam.",
    ),
    Alerta(
        nome="ReplicaAtrasada",
        expr="max(database_replica_lag_seconds) > 60 or max(database_replica_streaming) == 0",
        por="5m",
        severidade="aviso",
        resumo="A réplica do PostgreSQL está atrasada, ou parou",
        descricao="Leituras que podem atrasar mostram dados velhos, e promovê-la agora perderia o "
        "que falta. Valor: {{ $value | humanize }} (segundos de atraso; 0: não recebe nada).",
    ),
    Alerta(
        nome="ValkeyForaDoAr",
        expr='absent(broker_clients{job="relay"}) and on () max(up{job="relay"}) == 1',
        por="2m",
        severidade="critica",
        resumo="O Valkey não responde",
        descricao="Trabalhos não chegam aos workers. Os limites de requisições continuam, "
        "divididos entre os processos; nada do que foi aceito se perde.",
    ),
    Alerta(
        nome="PoolEsgotado",
        expr="sum by (job, pool) (pool_waiting) > 0",
        por="5m",
        severidade="aviso",
        resumo="Em {{ $labels.job }}, o pool {{ $labels.pool }} não dá conta",
        descricao="Há 5 minutos sempre alguém espera por um lugar do pool {{ $labels.pool }}; "
        "agora, {{ $value }}.",
    ),
    Alerta(
        nome="DiscoCheio",
        expr='node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}'
        ' / node_filesystem_size_bytes{fstype!~"tmpfs|overlay"} < 0.05',
        por="5m",
        severidade="critica",
        resumo="Disco cheio em {{ $labels.instance }}",
        descricao="Restam {{ $value | humanizePercentage }} de {{ $labels.mountpoint }}. Com o "
        "disco cheio o PostgreSQL para.",
        rotulos={"nivel": "5"},
    ),
    Alerta(
        nome="DiscoCheio",
        expr='node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}'
        ' / node_filesystem_size_bytes{fstype!~"tmpfs|overlay"} < 0.2'
        ' and predict_linear(node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}[6h], 86400) < 0',
        por="30m",
        severidade="aviso",
        resumo="O disco de {{ $labels.instance }} enche em menos de um dia",
        descricao="No ritmo das últimas 6 horas, {{ $labels.mountpoint }} enche em menos de 24 "
        "horas; restam {{ $value | humanizePercentage }}.",
        rotulos={"nivel": "20"},
    ),
    Alerta(
        nome="VigilanciaFalhando",
        expr="sum by (integration) (rate(alertmanager_notifications_failed_total[10m])) > 0",
        por="5m",
        severidade="critica",
        resumo="O Alertmanager não consegue avisar por {{ $labels.integration }}",
        descricao="Notificações para {{ $labels.integration }} falham há 5 minutos: um alerta pode "
        "não chegar a ninguém.",
        rotulos={"parte": "avisos"},
    ),
    Alerta(
        nome="VigilanciaFalhando",
        expr="sum(increase(prometheus_rule_evaluation_failures_total[10m])) > 0",
        por="5m",
        severidade="aviso",
        resumo="O Prometheus não avalia todas as regras",
        descricao="Regras de alerta falharam ao ser avaliadas nos últimos 10 minutos.",
        rotulos={"parte": "regras"},
    ),
    Alerta(
        nome="Sentinela",
        expr="vector(1)",
        severidade="sentinela",
        resumo="A vigilância está viva",
        descricao="Dispara sempre. Quem o recebe deve avisar quando ele deixa de chegar.",
    ),
)

SINTOMAS: Final = (*_AWAY, *_PROCESSING, *_DELIVERING, *_WRITING, *_AROUND, ESCALADA, *_MACHINES)
