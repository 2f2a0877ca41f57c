"""Lines of what guards and watches: keys, secrets, firewall, GuardDuty, Config, CloudWatch."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from fiscalxml_ops.cost.demand import GB, MIL, MILHAO, Demanda
from fiscalxml_ops.cost.keeping import writes
from fiscalxml_ops.cost.lines import Conta, Grupo
from fiscalxml_ops.cost.prices import HORAS
from fiscalxml_ops.cost.scenarios import Cenario
from fiscalxml_ops.cost.serving import edge_millions, log_gigabytes
from fiscalxml_ops.cost.sizing import Planta

_SCRAPE_SECONDS: Final = 15
_FLUSHES: Final = Decimal(730 * 60 * 60) / 10 / MIL
"""thousands of PutMetricData in a month: one each 10 s (`fiscalxml-ops escala publicar`)"""


def guarding(conta: Conta, demanda: Demanda, planta: Planta, cenario: Cenario) -> None:
    """Everything of the group, in the primary region."""
    p, grupo = demanda.premissas, Grupo.SEGURANCA
    conta.add(grupo, "Chaves (KMS)", "kms.chave", p.chaves_kms)
    conta.add(grupo, "Requisições ao KMS", "kms.10mil", p.requisicoes_de_kms * 100)
    conta.add(grupo, "Segredos", "segredo.mes", p.segredos)
    conta.add(grupo, "WAF: ACL", "waf.acl", 1)
    conta.add(grupo, "WAF: regras", "waf.regra", p.regras_de_waf)
    conta.add(grupo, "WAF: requisições", "waf.milhao", edge_millions(demanda))
    conta.add(grupo, "GuardDuty: eventos", "guardduty.eventos", p.eventos_de_gestao)
    flows = demanda.requisicoes * p.bytes_de_fluxo / GB
    conta.add(grupo, "GuardDuty: tráfego", "guardduty.fluxo", flows)
    conta.add(grupo, "AWS Config: itens", "config.item", p.itens_de_config)
    conta.add(grupo, "AWS Config: regras", "config.regra", p.itens_de_config)
    conta.add(grupo, "Security Hub", "securityhub.verificacao", p.verificacoes)
    machines = sum(each.minimo for each in planta.papeis if each.maquinas)
    conta.add(grupo, "Inspector: máquinas", "inspector.ec2", machines)
    conta.add(grupo, "Inspector: imagens", "inspector.imagem", p.imagens_por_mes)
    conta.add(grupo, "CloudTrail: eventos do S3", "cloudtrail.dados", writes(demanda) / (100 * MIL))
    logs = log_gigabytes(demanda)
    conta.add(grupo, "Registros: entrada", "logs.entrada", logs)
    conta.add(grupo, "Registros: guarda", "logs.guarda", logs)
    conta.add(grupo, "Métricas", "metrica.mes", p.metricas)
    conta.add(grupo, "Métricas: envios", "metrica.put", _FLUSHES)
    conta.add(grupo, "Alarmes", "alarme.mes", p.alarmes)
    if cenario.inteira:
        tasks = sum((each.horas for each in planta.papeis), Decimal(0)) / HORAS
        watched = tasks * p.metricas_por_tarefa
        conta.add(grupo, "Container Insights", "insights.metrica", watched)
        samples = p.series * MIL * HORAS * 3600 / _SCRAPE_SECONDS
        conta.add(grupo, "Prometheus: amostras", "aps.amostras", samples / (10 * MILHAO))
    conta.add(grupo, "Alarmes de 10 s", "alarme.alta.mes", 4)
    mails = demanda.usuarios * p.emails_por_usuario / MIL
    conta.add(grupo, "E-mails (SES)", "ses.mil", mails)


def third_party(conta: Conta, demanda: Demanda, cenario: Cenario) -> None:
    """What others bill; paid once a year, where that is cheaper, by who commits to a year."""
    p, grupo = demanda.premissas, Grupo.TERCEIROS
    suffix = ".anual" if cenario.compromisso else ""
    conta.add(grupo, "Cloudflare Business", f"cloudflare.business{suffix}", 1)
    conta.add(grupo, "PagerDuty", "pagerduty.professional", p.de_plantao)
    conta.add(grupo, "Slack", f"slack.pro{suffix}", p.na_conversa)
    conta.add(grupo, "Grafana Cloud", "grafana.base", 1)
    if not cenario.inteira:  # infra/aws keeps both in AWS: Prometheus and CloudWatch
        conta.add(grupo, "Grafana Cloud: séries", "grafana.series", p.series)
        logs = max(p.gb_de_logs_fora, log_gigabytes(demanda))
        conta.add(grupo, "Grafana Cloud: registros", "grafana.logs", logs)
    conta.add(grupo, "Página de estado", "statuspage", 1)
