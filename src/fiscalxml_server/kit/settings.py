"""Every setting of the services, read from `FISCALXML_…` of the environment."""

from __future__ import annotations

import os
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import Field, IPvAnyNetwork, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

MEGABYTE = 1024 * 1024
SECRETS_DIR = "FISCALXML_SECRETS_DIR"
"""names a folder where the file `fiscalxml_database_url` is that setting, and so on: what has a
password comes as a file, which no list of processes or containers shows. A variable goes first"""


class Settings(BaseSettings):
    """One object for all roles; a role reads what it needs."""

    model_config = SettingsConfigDict(
        env_prefix="FISCALXML_", frozen=True, secrets_dir=os.environ.get(SECRETS_DIR)
    )

    perfil: Literal["desenvolvimento", "producao"] = "desenvolvimento"
    """in production a service starts only with settings that `kit.profile` accepts"""

    versao: str = Field(default_factory=partial(version, "fiscalxml"), min_length=1, max_length=60)
    """of what runs, as who deploys calls it: a tag, a commit (no long row of digits and points,
    which telemetry takes for somebody's number); told by `GET /saude` and `build_info`"""

    database_url: SecretStr = SecretStr("")
    """postgresql://user:password@host:port/database; `?host=/folder` for a Unix socket"""
    database_replica_url: SecretStr | None = None
    """for reads that may lag; the primary when not set"""
    database_role: str | None = None
    """role to work as (fiscalxml_api, fiscalxml_worker, fiscalxml_relay); never the owner's"""
    database_pool: int = Field(default=8, ge=1)
    """connections of one process; a worker that makes an export uses two"""

    tls_certificate_file: Path | None = None
    """PEM; with the next one, `fiscalxml role` has the service answer by TLS itself"""
    tls_key_file: Path | None = None
    """its private key, PKCS #8"""
    ca_file: Path | None = None
    """certificates (PEM) of the authority that vouches for the servers inside; see `kit.tls`"""

    public_url: str = ""
    """where people reach the services, for the links of e-mails: https://fiscal.example.com.br"""
    auth_url: str = ""
    """where the other services reach the Auth Service; without it, only local keys are known"""
    auth_issuer: str = "https://auth.fiscalxml.local"
    """who signs the tokens, as written in them (`iss`)"""
    auth_secret_file: Path | None = None
    """of the Auth Service alone: 32 bytes in hexadecimal; below, those of before, `kit.secrets`"""
    services_file: Path | None = None
    """public keys of the services that may ask the Auth Service (JWKS, `kid` is the service)"""
    service_key_file: Path | None = None
    """the private key (JWK) by which this service says who it is"""
    signup_open: bool = True
    """anybody may make an organisation; else only who was invited enters"""
    api_keys_per_organization: int = Field(default=100, ge=1)
    """API keys of an organisation that work at a time"""
    leak_scanner_keys_file: Path | None = None
    """public keys of GitHub's secret scanning, as its API gives them; without it, what is signed
    as coming from there is refused"""
    smtp_url: SecretStr | None = None
    """smtp://user:password@host:port, smtps://…, smtp+starttls://…; without it, e-mails are
    printed by the Auth Service"""
    mail_from: str = "API Fiscal XML <nao-responda@fiscalxml.local>"
    limits_url: SecretStr | None = None
    """Redis or Valkey that counts requests and attempts; the broker's when not set"""
    trusted_proxies: int = Field(default=0, ge=0)
    """of ours in front of the service: so many hops of X-Forwarded-For are believed"""
    directly_reached: bool = False
    """nothing is in front: a production profile asks for it to be said where no proxy is trusted"""
    session_idle_hours: float = Field(default=12, gt=0)
    """after which a session that nobody uses ends"""
    session_hours: float = Field(default=7 * 24, gt=0)
    """after which a session ends however much it is used"""

    limit_validar: int = Field(default=60_000, ge=0)
    """requests a minute of an organisation that validate or summarise a document; 0: any number"""
    limit_ler: int = Field(default=60_000, ge=0)
    """that read what is stored"""
    limit_enviar: int = Field(default=30_000, ge=0)
    """that have something stored"""
    limit_gerir: int = Field(default=1_200, ge=0)
    """that manage the organisation"""
    limit_credential_share: float = Field(default=0.5, gt=0, le=1)
    """part of its organisation's limits that one credential has, so that others have some left"""
    audit_url: str = ""
    """where the signed checkpoints of the audit log go: file:///folder or s3://bucket/prefix, best
    with a lock against deletion; none are made when not set"""

    quota_documents: int = Field(default=0, ge=0)
    """documents a month that an organisation validates and stores; 0: any number"""
    quota_sandbox_documents: int = Field(default=5_000, ge=0)
    """that a sandbox does"""

    broker_url: SecretStr = SecretStr("redis://127.0.0.1:6379/0")

    objects_url: str = ""
    """where documents are kept: file:///folder or s3://bucket/prefix"""
    keys_url: str = ""
    """where the wrapped data keys are kept; apart from the documents, with short backups"""
    objects_endpoint: str | None = None
    """address of an S3 server other than Amazon's"""
    objects_region: str = "us-east-1"
    objects_access_key: SecretStr | None = None
    """with the next one; the instance's own identity when not set"""
    objects_secret_key: SecretStr | None = None
    master_key_file: Path | None = None
    """32 bytes in hexadecimal that wrap every organisation's data key"""
    master_key_previous_file: Path | None = None
    """the one before, while it is changed; see `kit.storage.masters`"""
    master_key_kms: str | None = None
    """in place of the file: id, ARN or alias of a key of AWS KMS that encrypts (extra `aws`)"""
    master_key_kms_mac: str | None = None
    """and of one there that makes HMACs"""
    data_key_days: int = Field(default=365, ge=1)
    """after which an organisation's data are sealed with a new key, and old copies again with it"""

    backup_days: int = Field(default=35, ge=0)
    """after which no backup has what was erased; told in certificates of erasure"""

    api_keys_file: Path | None = None
    """local development keys, a JSON object a line; see `kit.auth`"""

    webhooks_secret_file: Path | None = None
    """of the Webhook Service alone, as `auth_secret_file`: it seals the secrets of subscriptions"""
    webhooks_per_organization: int = Field(default=50, ge=1)
    """subscriptions of an organisation"""
    webhooks_http: bool = False
    """subscriptions may be http://; never in production"""
    webhooks_ports: frozenset[int] = frozenset({80, 443, 8080, 8443})
    """of receivers; empty: any"""
    webhooks_networks: frozenset[IPvAnyNetwork] = frozenset()
    """private networks that are receivers nevertheless: of a developer's own machine"""
    webhooks_proxy: SecretStr | None = None
    """http://user:password@host:port by which deliveries leave, to https only. It resolves no
    names: it is told addresses, which were checked here"""
    webhooks_nameservers: tuple[str, ...] = ()
    """that deliveries ask, as address or address:port; the system's where there are none"""
    webhooks_ca_file: Path | None = None
    """authorities (PEM) of receivers, beside the system's"""
    webhooks_timeout_seconds: float = Field(default=15, gt=0)
    """for one attempt, from the connection to the end of the answer"""
    webhooks_schedule_seconds: tuple[float, ...] = (
        *(5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600),
        *(10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600),
    )
    """between one attempt and the next; after the last, a delivery is given up"""
    webhooks_disable_hours: float = Field(default=120, gt=0)
    """of nothing but failures, after which a subscription is disabled"""
    webhooks_in_flight: int = Field(default=1000, ge=1)
    """attempts that one process makes at a time"""
    webhooks_breaker_seconds: float = Field(default=30, gt=0)
    """for which a receiver that fails and fails is left alone; twice as long each time"""
    webhooks_breaker_longest_seconds: float = Field(default=300, gt=0)
    """at most"""
    webhooks_grace_seconds: float = Field(default=8, ge=0)
    """for what is under way when a process is told to end"""

    max_document_bytes: int = 10 * MEGABYTE
    """of one document, in a request or as an entry of a lote"""
    max_upload_bytes: int = 5 * 1024 * MEGABYTE
    """of what is sent as a lote"""
    max_backlog_seconds: int = 900
    """age of an organisation's oldest unfinished job above which new lotes get 429"""

    causes_max_documents: int = Field(default=10_000, ge=1)
    """documents of a search whose causes are counted; those of a lote are all counted"""
    danfe_processes: int = Field(default=2, ge=1)
    """processes that draw auxiliary documents, of each process of the API; some 100 MB each"""
    danfe_seconds: float = Field(default=60, gt=0)
    """for one document; its process is ended then"""
    danfe_waiting_seconds: float = Field(default=10, gt=0)
    """for a process to be free, before 503"""
    export_direct_documents: int = Field(default=20_000, ge=0)
    """of an export that is the answer itself; above it, a job makes the file"""
    export_window: int = Field(default=1, ge=1)
    """exports, of all organisations, that are made at a time; each takes a worker"""
    export_hours: float = Field(default=72, gt=0)
    """that the file of an export is kept"""
    export_url_seconds: int = Field(default=3600, ge=1)
    """that the address of such a file is good for"""
    max_export_bytes: int = 50 * 1024 * MEGABYTE
    """of the file of an export"""

    job_lease_seconds: float = Field(default=45, gt=0)
    """after which a job whose worker went silent is given to another; longer than the next one"""
    job_time_limit_seconds: float = Field(default=30, gt=0)
    """of one block of documents; the process is killed"""
    job_attempts: int = Field(default=5, ge=1)
    """before a job is a dead letter"""
    worker_memory_bytes: int = 2048 * MEGABYTE
    """address space of one worker process"""
    dispatch_window: int = Field(default=64, ge=1)
    """jobs of one organisation that are with the broker at a time"""
    opening_window: int = Field(default=2, ge=1)
    """archives, of all organisations, that are opened at a time; one feeds some ten workers"""
    reconcile_seconds: float = Field(default=2, gt=0)
    """between two looks for jobs whose worker, or whose message, is lost"""

    log_level: str = "INFO"
    metrics_dir: Path | None = None
    """folder where the processes of a role share their counters (prometheus_client)"""
    metrics_port: int | None = None
    """port that serves /metrics, to whoever reaches it: never one that is open to the outside"""
    metrics_host: str = "127.0.0.1"
    """address it listens on; another where Prometheus is on another machine, or in a container"""
    otlp_endpoint: str | None = None
    """base address of an OTLP/HTTP receiver; no traces when not set"""
    trace_ratio: float = Field(default=0.01, ge=0, le=1)
    """of requests without a parent that are traced"""


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
