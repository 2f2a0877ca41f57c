"""A secret: encrypted by our key, of this account alone, with a copy in the recovery region."""

from __future__ import annotations

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager

from .bucket_policies import break_glass
from .keys import KeysStack
from .network import NetworkStack
from .parts import Part
from .reasons import accept, resource_of

ROTATION_DAYS: Final = 30
"""tasks start anew within it: a password works for two of them"""
_PUNCTUATION: Final = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
"""passwords stand in addresses (URLs), where these would mean something"""


def kept(
    stack: Part,
    id_: str,
    name: str,
    keys: KeysStack,
    not_rotated: str | None = None,
    *,
    generate_secret_string: secretsmanager.SecretStringGenerator | None = None,
) -> secretsmanager.Secret:
    """`not_rotated`: why Secrets Manager does not change it by itself; None where it does.

    Without a generator the secret is empty, and a task that wants it does not start: somebody
    must give it first.
    """
    there = stack.deployment.recovery
    copy_key = kms.Key.from_key_arn(
        stack,
        f"ChaveLa-{id_}",
        stack.deployment.arn("kms", f"alias/{stack.deployment.prefix}-segredos", there),
    )
    secret = secretsmanager.Secret(
        stack,
        id_,
        secret_name=name,
        encryption_key=keys.secrets,
        generate_secret_string=generate_secret_string,
        replica_regions=[secretsmanager.ReplicaRegion(region=there, encryption_key=copy_key)],
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
    if generate_secret_string is None:
        resource = secret.node.default_child
        if isinstance(resource, cdk.CfnResource):
            resource.add_property_deletion_override("GenerateSecretString")
    for each in _rules(stack):
        secret.add_to_resource_policy(each)
    resource_of(secret.node.find_child("Policy")).add_property_override("BlockPublicPolicy", True)
    if not_rotated is not None:
        accept(
            secret,
            not_rotated,
            "AwsSolutions-SMG4",
            "NIST.800.53.R5-SecretsManagerRotationEnabled",
        )
    return secret


def copied(stack: Part, id_: str, name: str, keys: KeysStack) -> secretsmanager.ISecret:
    """The copy of a secret in the recovery region. Its policy is not copied, so it has its own."""
    secretsmanager.CfnResourcePolicy(
        stack,
        f"Regra-{id_}",
        secret_id=name,
        resource_policy=iam.PolicyDocument(statements=_rules(stack)),
        block_public_policy=True,
    )
    return secretsmanager.Secret.from_secret_attributes(
        stack,
        id_,
        secret_partial_arn=stack.deployment.arn("secretsmanager", f"secret:{name}", stack.region),
        encryption_key=keys.secrets,
    )


def _rules(stack: Part) -> list[iam.PolicyStatement]:
    """No other account reads or writes it, and nobody deletes it but who breaks the glass."""
    return [
        iam.PolicyStatement(
            sid=sid,
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=[f"secretsmanager:{each}" for each in actions],
            resources=["*"],
            conditions=conditions,
        )
        for sid, actions, conditions in (
            (
                "SoDaConta",
                ("GetSecretValue", "PutSecretValue"),
                {"StringNotEquals": {"aws:PrincipalAccount": stack.account}},
            ),
            (
                "SegredosFicam",
                ("DeleteSecret",),
                {"ArnNotEquals": {"aws:PrincipalArn": break_glass(stack.deployment)}},
            ),
        )
    ]


def login(username: str) -> secretsmanager.SecretStringGenerator:
    """JSON of a username, and of a password that Secrets Manager draws."""
    return secretsmanager.SecretStringGenerator(
        secret_string_template=f'{{"username": "{username}"}}',
        generate_string_key="password",
        password_length=48,
        exclude_punctuation=True,
    )


def rotate(
    secret: secretsmanager.ISecret,
    function: str,
    network: NetworkStack,
    administrator: secretsmanager.ISecret | None = None,
) -> None:
    """By AWS's own function for PostgreSQL; the secret is attached to its instance.

    With the administrator's secret, between two logins, `x` and `x_clone`, so that tasks that began
    before a turn go on until they start anew.
    """
    how: dict[str, Any] = {
        "function_name": function,
        "vpc": network.vpc,
        "vpc_subnets": network.private,
        "security_groups": [network.groups["rotacao"]],
        "exclude_characters": _PUNCTUATION,
    }
    hosted = secretsmanager.HostedRotation
    secret.add_rotation_schedule(
        "Troca",
        hosted_rotation=hosted.postgre_sql_single_user(**how)
        if administrator is None
        else hosted.postgre_sql_multi_user(master_secret=administrator, **how),
        automatically_after=cdk.Duration.days(ROTATION_DAYS),
        # Roles are made after the secrets, by `fiscalxml_ops.aws.papeis`.
        rotate_immediately_on_update=False,
    )
    # The CDK gives what rotates a second policy, and a secret has only one: the later would be all.
    secret.node.try_remove_child("Policy")
