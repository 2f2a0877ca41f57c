"""What stands in the diagram: processes, stores, and who is outside.

A NEW SERVICE of compose.yaml is named by one of these, a NEW ADDRESS among the settings leads to
one: without that the diagram is not drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec


class Forma(StrEnum):
    """What STRIDE asks of it depends on it."""

    PROCESSO = "processo"
    DEPOSITO = "depósito"
    EXTERNO = "de fora"


class Zona(StrEnum):
    """Who is in one trusts what the others say only after looking at it."""

    FORA = "Internet"
    EMPRESAS = "Outras empresas"
    BORDA = "Borda"
    SERVICOS = "Serviços"
    DADOS = "Dados"
    VIGILANCIA = "Vigilância"
    ENTREGA = "Entrega"


class Elemento(msgspec.Struct, frozen=True):
    """`compose`: the services of compose.yaml that are this."""

    nome: str
    forma: Forma
    zona: Zona
    que: str
    compose: tuple[str, ...] = ()


_P, _D, _E = Forma.PROCESSO, Forma.DEPOSITO, Forma.EXTERNO

ELEMENTOS: Final[Mapping[str, Elemento]] = {
    "cliente": Elemento(
        "Navegadores e sistemas", _E, Zona.FORA, "pessoas e sistemas das organizações"
    ),
    "receptor": Elemento("Receptores", _E, Zona.FORA, "servidores das organizações: webhooks"),
    "operador": Elemento("Quem opera", _E, Zona.FORA, "plantão, segurança, engenharia"),
    "correio": Elemento("Correio", _E, Zona.EMPRESAS, "servidor SMTP contratado"),
    "plantao": Elemento("PagerDuty e Slack", _E, Zona.EMPRESAS, "recebem alertas"),
    "cloudflare": Elemento("Cloudflare", _P, Zona.BORDA, "DNS, TLS, DDoS, WAF"),
    "alb": Elemento("ALB e WAF da AWS", _P, Zona.BORDA, "balanceador: só a Cloudflare o alcança"),
    "borda": Elemento("Borda", _P, Zona.BORDA, "nginx e ModSecurity", ("borda",)),
    "gateway": Elemento("Gateway", _P, Zona.BORDA, "Kong: rotas, forma, ritmo", ("gateway",)),
    "api": Elemento("API", _P, Zona.SERVICOS, "validar, resumir, guardar, procurar", ("api",)),
    "auth": Elemento(
        "Contas", _P, Zona.SERVICOS, "pessoas, sessões, chaves", ("auth", "auth-interno")
    ),
    "webhooks": Elemento("Webhooks", _P, Zona.SERVICOS, "assinaturas e entregas", ("webhooks",)),
    "entregador": Elemento("Entregador", _P, Zona.SERVICOS, "chama receptores", ("entregador",)),
    "worker": Elemento("Workers", _P, Zona.SERVICOS, "abrem lotes, processam", ("worker",)),
    "relay": Elemento("Relay", _P, Zona.SERVICOS, "publica trabalhos", ("relay",)),
    "preparo": Elemento(
        "Preparo", _P, Zona.SERVICOS, "migrações e baldes, antes de tudo", ("migrate", "baldes")
    ),
    "postgres": Elemento("PostgreSQL", _D, Zona.DADOS, "a verdade", ("postgres",)),
    "replica": Elemento("Réplica", _D, Zona.DADOS, "só leitura", ("replica",)),
    "valkey": Elemento("Valkey", _D, Zona.DADOS, "ids de trabalhos, contagens", ("valkey",)),
    "objetos": Elemento("S3: documentos", _D, Zona.DADOS, "cópias seladas", ("s3",)),
    "chaves": Elemento("S3: chaves de dados", _D, Zona.DADOS, "embrulhadas"),
    "auditoria": Elemento("S3: auditoria", _D, Zona.DADOS, "pontos de controle, travados"),
    "copias": Elemento(
        "S3: cópias", _D, Zona.DADOS, "do banco e dos objetos, travadas, noutra região"
    ),
    "mestra": Elemento("Chave mestra", _D, Zona.DADOS, "KMS, ou arquivo"),
    "canario": Elemento("Canário", _P, Zona.VIGILANCIA, "usa o serviço de fora", ("canario",)),
    "metricas": Elemento(
        "Métricas e rastros",
        _P,
        Zona.VIGILANCIA,
        "Prometheus, Alertmanager, Grafana, Jaeger",
        ("prometheus", "alertmanager", "grafana", "jaeger", "node-exporter"),
    ),
    "registros": Elemento(
        "Registros",
        _D,
        Zona.VIGILANCIA,
        "Elasticsearch: linhas sem dados pessoais",
        ("elasticsearch", "indices", "logstash", "filebeat", "kibana"),
    ),
    "entrega": Elemento("GitHub", _P, Zona.ENTREGA, "código, CI, imagens, entrega"),
}

DESTINOS: Final[Mapping[str, tuple[str, str] | None]] = {
    "database_url": ("postgres", "SQL, TLS"),
    "database_replica_url": ("replica", "SQL, TLS"),
    "broker_url": ("valkey", "fila, TLS"),
    "limits_url": ("valkey", "contagens, TLS"),
    "objects_url": ("objetos", "S3, TLS"),
    "keys_url": ("chaves", "S3, TLS"),
    "audit_url": ("auditoria", "S3, TLS"),
    "auth_url": ("auth", "introspecção, TLS"),
    "smtp_url": ("correio", "SMTP, TLS"),
    "otlp_endpoint": ("metricas", "rastros"),
    "master_key_file": ("mestra", "embrulhar"),
    # The server behind three of those above; an address that is only written into e-mails.
    "objects_endpoint": None,
    "public_url": None,
}
"""setting with an address, or the master key -> where it leads, and by what"""
