"""Whether the account is as it should be: AWS Config, and what of it is looked at."""

from __future__ import annotations

from typing import Final

from aws_cdk import aws_config as config
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from .buckets import CONFIG
from .config import Deployment
from .parts import Part
from .reasons import accept

RULES: Final = {
    "EC2_EBS_ENCRYPTION_BY_DEFAULT": "discos novos são cifrados",
    "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC": "nenhum balde da conta é público",
    "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED": "nenhum balde é público",
    "S3_BUCKET_VERSIONING_ENABLED": "baldes guardam versões",
    "S3_BUCKET_SSL_REQUESTS_ONLY": "baldes só por TLS",
    "RDS_STORAGE_ENCRYPTED": "bancos são cifrados",
    "RDS_INSTANCE_PUBLIC_ACCESS_CHECK": "bancos não têm endereço público",
    "RDS_INSTANCE_DELETION_PROTECTION_ENABLED": "bancos não se apagam por engano",
    "DB_INSTANCE_BACKUP_ENABLED": "bancos têm cópias",
    "ELASTICACHE_REPL_GRP_ENCRYPTED_IN_TRANSIT": "o cache fala por TLS",
    "VPC_DEFAULT_SECURITY_GROUP_CLOSED": "o grupo padrão não deixa passar nada",
    "VPC_FLOW_LOGS_ENABLED": "a rede tem registros",
    "INCOMING_SSH_DISABLED": "não há SSH aberto",
    "CMK_BACKING_KEY_ROTATION_ENABLED": "chaves giram",
    "KMS_CMK_NOT_SCHEDULED_FOR_DELETION": "nenhuma chave espera para ser apagada",
    "SECRETSMANAGER_USING_CMK": "segredos usam chave nossa",
    "BACKUP_RECOVERY_POINT_ENCRYPTED": "cópias são cifradas",
    "INSPECTOR_ECR_SCAN_ENABLED": "o Inspector examina imagens",
    "GUARDDUTY_ENABLED_CENTRALIZED": "o GuardDuty está ligado",
    "EC2_IMDSV2_CHECK": "máquinas só com IMDSv2",
    "ECS_TASK_DEFINITION_NONROOT_USER": "tarefas não são root",
    "ECS_CONTAINERS_READONLY_ACCESS": "tarefas não escrevem na imagem",
}
"""AWS's own rules, by identifier (docs.aws.amazon.com/config, "List of AWS Config Managed Rules"),
and what each says of the account"""
GLOBAL_RULES: Final = {
    "ROOT_ACCOUNT_MFA_ENABLED": "a raiz da conta tem segundo fator",
    "IAM_ROOT_ACCESS_KEY_CHECK": "a raiz da conta não tem chaves",
    "IAM_USER_MFA_ENABLED": "pessoas têm segundo fator",
    "ACCESS_KEYS_ROTATED": "chaves de acesso são trocadas",
    "MULTI_REGION_CLOUD_TRAIL_ENABLED": "há uma trilha de todas as regiões",
    "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED": "a trilha prova que não foi mudada",
}
"""of what has no region: asked once, in the primary one"""
_POLICY: Final = "service-role/AWS_ConfigRole"


def build_posture(stack: Part, deployment: Deployment, logs: s3.Bucket) -> None:
    """Recorder, its delivery, and the rules."""
    primary = stack.region == deployment.primary
    role = _role(stack)
    recorder = config.CfnConfigurationRecorder(
        stack,
        "Config",
        name=deployment.prefix,
        role_arn=role.role_arn,
        recording_group=config.CfnConfigurationRecorder.RecordingGroupProperty(
            all_supported=True, include_global_resource_types=primary
        ),
    )
    channel = config.CfnDeliveryChannel(
        stack,
        "Config-entrega",
        name=deployment.prefix,
        s3_bucket_name=logs.bucket_name,
        s3_key_prefix=CONFIG,
        config_snapshot_delivery_properties=config.CfnDeliveryChannel.ConfigSnapshotDeliveryPropertiesProperty(
            delivery_frequency="TwentyFour_Hours"
        ),
    )
    for identifier, says in {**RULES, **(GLOBAL_RULES if primary else {})}.items():
        rule = config.CfnConfigRule(
            stack,
            f"Regra-{identifier}",
            config_rule_name=f"{deployment.prefix}-{identifier.lower().replace('_', '-')}",
            description=says,
            source=config.CfnConfigRule.SourceProperty(owner="AWS", source_identifier=identifier),
            input_parameters={"maxAccessKeyAge": "90"}
            if identifier == "ACCESS_KEYS_ROTATED"
            else None,
        )
        rule.add_resource_dependency(recorder)
        rule.add_resource_dependency(channel)


def _role(stack: Part) -> iam.Role:
    role = iam.Role(
        stack,
        "Config-leitor",
        assumed_by=iam.ServicePrincipal(
            "config.amazonaws.com",
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
        ),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(_POLICY)],
    )
    accept(
        role,
        "A política que a AWS mantém para o Config: lê as configurações de tudo, e só elas.",
        f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{_POLICY}]",
    )
    # By its name, so that the acknowledgement below can say it: a token has no text yet.
    bucket = f"arn:aws:s3:::{stack.deployment.bucket('registros', stack.region)}"
    policy = iam.ManagedPolicy(
        stack,
        "Config-entregar",
        description="O Config entrega no balde de registros",
        roles=[role],
        statements=[
            iam.PolicyStatement(
                actions=["s3:PutObject"],
                resources=[f"{bucket}/{CONFIG}/*"],
                conditions={"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
            ),
            iam.PolicyStatement(actions=["s3:GetBucketAcl"], resources=[bucket]),
        ],
    )
    accept(
        policy,
        "O Config nomeia os arquivos que entrega.",
        f"AwsSolutions-IAM5[Resource::{bucket}/{CONFIG}/*]",
    )
    return role
