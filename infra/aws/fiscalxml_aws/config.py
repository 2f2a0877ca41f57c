"""What differs between deployments. Everything else is the same code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import aws_cdk as cdk
from constructs import Node

PRODUCT = "fiscalxml"


@dataclass(frozen=True)
class Deployment:
    """One installation: where it is and how large its machines are."""

    name: str
    account: str
    primary: str
    recovery: str
    domain: str
    database_class: str = "r5.xlarge"
    """of RDS, without `db.`; r7g.xlarge is the same size on Graviton"""
    database_gigabytes: int = 500
    database_gigabytes_most: int = 2000
    """storage grows by itself up to here"""
    cache_class: str = "cache.r5.large"
    cache_class_recovery: str = "cache.t4g.small"
    """until the recovery region is the primary one"""
    nats: int = 3
    """NAT gateways of the primary region, one a zone; the recovery region has one"""
    retention_months: int = 132
    """for which fiscal XML is kept: Ajuste SINIEF 2/2025"""
    backup_days: int = 35
    """as FISCALXML_BACKUP_DAYS: after it no backup has what was erased"""
    lock: Literal["GOVERNANCE", "COMPLIANCE"] = "COMPLIANCE"
    """of locked buckets and vaults. In COMPLIANCE nobody, AWS included, shortens it"""
    custody_backups: bool = True
    """documents are copied each month into a vault, too, and kept there for `retention_months`"""
    failback: bool = False
    """buckets are copied from the recovery region to the primary one, too"""

    @classmethod
    def from_context(cls, node: Node) -> Deployment:
        """By `-c ambiente=… -c conta=… -c regiao=… -c regiao_recuperacao=… -c dominio=…`, and
        `-c classe_banco=… -c gigabytes_banco=… -c classe_cache=… -c nats=… -c trava=…
        -c copias_custodia=nao -c volta=sim`.
        """

        def given(key: str, default: str) -> str:
            return str(node.try_get_context(key) or default)

        lock = given("trava", cls.lock).upper()
        if lock not in ("GOVERNANCE", "COMPLIANCE"):
            raise ValueError(f"trava: GOVERNANCE or COMPLIANCE, not {lock!r}")
        return cls(
            name=given("ambiente", "producao"),
            # An account of AWS's own examples: templates are made and judged without one of ours.
            account=given("conta", "111122223333"),
            primary=given("regiao", "us-east-1"),
            recovery=given("regiao_recuperacao", "us-west-2"),
            domain=given("dominio", "api.fiscalxml.com.br"),
            database_class=given("classe_banco", cls.database_class),
            database_gigabytes=int(given("gigabytes_banco", str(cls.database_gigabytes))),
            cache_class=given("classe_cache", cls.cache_class),
            nats=int(given("nats", str(cls.nats))),
            lock="GOVERNANCE" if lock == "GOVERNANCE" else "COMPLIANCE",
            custody_backups=given("copias_custodia", "sim") == "sim",
            failback=given("volta", "nao") == "sim",
        )

    def environment(self, region: str) -> cdk.Environment:
        return cdk.Environment(account=self.account, region=region)

    @property
    def regions(self) -> tuple[str, str]:
        return self.primary, self.recovery

    def other(self, region: str) -> str:
        """The region that holds the copies of what `region` holds."""
        return self.recovery if region == self.primary else self.primary

    @property
    def prefix(self) -> str:
        """What names begin with that are unique in an account and region."""
        return f"{PRODUCT}-{self.name}"

    def bucket(self, purpose: str, region: str) -> str:
        """A bucket's name, known before it is made: bucket names are global."""
        return f"{self.prefix}-{purpose}-{self.account}-{region}"

    def arn(self, service: str, resource: str, region: str) -> str:
        """Of something with a name of ours: what one region knows of another without asking."""
        return f"arn:aws:{service}:{region}:{self.account}:{resource}"
