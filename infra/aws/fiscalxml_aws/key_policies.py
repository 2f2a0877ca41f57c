"""Who may do what with a KMS key: administration apart from use, and use only through a service.

The policies are shaped as those of AWS's own managed keys (aws/s3, aws/rds, …): any principal of
the account whose IAM policy says so, but only by way of the service that keeps the data, never on
the key itself. Whoever administers a key can decrypt nothing with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from aws_cdk import aws_iam as iam

_ADMINISTRATION: Final = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
    "kms:UpdatePrimaryRegion",
)
_USE: Final = (
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
)


class Purpose(NamedTuple):
    """What a key is for."""

    name: str
    description: str
    through: Sequence[str] = ()
    """services by which principals of the account use it"""
    services: Sequence[str] = ()
    """services that use it themselves, for something of this account"""


PURPOSES: Final = (
    Purpose("documentos", "XML guardado, com a chave de cada organização", ("s3",)),
    Purpose("chaves-de-dados", "Chaves de dados embrulhadas, no seu balde", ("s3",)),
    Purpose("banco", "Banco de dados, suas réplicas e seus snapshots", ("rds",)),
    Purpose("cache", "Filas e contadores", ("elasticache",)),
    Purpose("copias", "Cofres e baldes de cópias de segurança", ("backup", "s3", "rds")),
    Purpose("registros", "Registros de serviços", ("logs",), ("logs",)),
    Purpose("segredos", "Segredos dos serviços", ("secretsmanager",)),
    Purpose("auditoria", "Trilha da conta e selos da auditoria", ("s3",), ("cloudtrail",)),
    Purpose(
        "avisos",
        "Avisos de alarmes",
        ("sns",),
        ("cloudwatch", "backup", "budgets", "costalerts"),
    ),
)


def policy(purpose: Purpose, account: str, region: str) -> iam.PolicyDocument:
    """Of a key of data that a service keeps."""
    statements = [_administration(account)]
    if purpose.through:
        via = [f"{service}.{region}.amazonaws.com" for service in purpose.through]
        statements.append(
            iam.PolicyStatement(
                sid="PelosServicos",
                principals=[iam.AccountPrincipal(account)],
                actions=list(_USE),
                resources=["*"],
                conditions={"StringEquals": {"kms:ViaService": via, "kms:CallerAccount": account}},
            )
        )
    for each in purpose.services:
        statements.extend(_service(each, account, region))
    return iam.PolicyDocument(statements=statements)


def master_policy(account: str, *, mac: bool) -> dict[str, Any]:
    """Of the application's master keys, which services use by themselves: only as `kit.storage.kms`
    does, which names the organisation's key in the encryption context.
    """
    use = iam.PolicyStatement(
        sid="Aplicacao",
        principals=[iam.AccountPrincipal(account)],
        actions=["kms:GenerateMac"] if mac else ["kms:Encrypt", "kms:Decrypt"],
        resources=["*"],
        conditions={
            "StringEquals": {"kms:CallerAccount": account},
            **({} if mac else {"Null": {"kms:EncryptionContext:fiscalxml": "false"}}),
        },
    )
    describe = iam.PolicyStatement(
        sid="Descricao",
        principals=[iam.AccountPrincipal(account)],
        actions=["kms:DescribeKey"],
        resources=["*"],
    )
    document = iam.PolicyDocument(statements=[_administration(account), use, describe])
    made: dict[str, Any] = document.to_json()
    return made


def _administration(account: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="Administracao",
        principals=[iam.AccountPrincipal(account)],
        actions=list(_ADMINISTRATION),
        resources=["*"],
    )


def _service(service: str, account: str, region: str) -> list[iam.PolicyStatement]:
    if service == "logs":
        group = f"arn:aws:logs:{region}:{account}:log-group:*"
        # All of these are what CloudWatch Logs asks for ("Encrypt log data", key policy).
        return [
            _allow(
                f"logs.{region}",
                [each for each in _USE if each != "kms:CreateGrant"],
                {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": group}},
            )
        ]
    if service == "cloudtrail":
        trail = f"arn:aws:cloudtrail:*:{account}:trail/*"
        ours = {"aws:SourceArn": trail}
        return [
            _allow(
                service,
                ["kms:Decrypt", "kms:GenerateDataKey*"],
                {"StringLike": {**ours, "kms:EncryptionContext:aws:cloudtrail:arn": trail}},
            ),
            # Who only asks what a key is gives no context.
            _allow(service, ["kms:DescribeKey"], {"StringLike": ours}, "Descricao"),
        ]
    return [
        _allow(
            service,
            ["kms:Decrypt", "kms:GenerateDataKey*"],
            {"StringEquals": {"aws:SourceAccount": account}},
        )
    ]


def _allow(
    service: str, actions: list[str], conditions: dict[str, Any], suffix: str = ""
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=f"Servico{service.partition('.')[0].capitalize()}{suffix}",
        principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
        actions=actions,
        resources=["*"],
        conditions=conditions,
    )
