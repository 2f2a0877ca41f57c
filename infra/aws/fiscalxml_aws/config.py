"""What differs between deployments. Everything else is the same code."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from constructs import Node


@dataclass(frozen=True)
class Deployment:
    """One installation: where it is and how large its machines are."""

    name: str
    account: str
    primary: str
    recovery: str
    domain: str

    @classmethod
    def from_context(cls, node: Node) -> Deployment:
        """By `-c ambiente=… -c conta=… -c regiao=… -c regiao_recuperacao=… -c dominio=…`."""

        def given(key: str, default: str) -> str:
            return str(node.try_get_context(key) or default)

        return cls(
            name=given("ambiente", "producao"),
            # An account of AWS's own examples: templates are made and judged without one of ours.
            account=given("conta", "111122223333"),
            primary=given("regiao", "us-east-1"),
            recovery=given("regiao_recuperacao", "us-west-2"),
            domain=given("dominio", "api.fiscalxml.com.br"),
        )

    def environment(self, region: str) -> cdk.Environment:
        return cdk.Environment(account=self.account, region=region)
