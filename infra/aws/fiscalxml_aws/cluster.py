"""Where tasks run: the ECS cluster, its machines for the API, the registry of images."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from .awake import Awake
from .config import Deployment
from .keys import KeysStack
from .lines import commands_group
from .machines import Machines
from .network import NetworkStack
from .operating import Operating
from .parts import Part
from .reasons import accept

REPOSITORIES: Final = ("servico", "gateway", "coletor")
"""our image, Kong's and the collector's: copies, so that no other registry must be up to start"""
_KEPT_IMAGES: Final = 60


class ClusterStack(Part):
    """`cluster`, `machines` (the capacity provider of the API), `repositories` by name, `trust`.
    Images are pushed to the primary region, which copies them.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: str,
        operating: Operating,
        network: NetworkStack,
        keys: KeysStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="cluster")
        self.awake = Awake(self, primary=region == deployment.primary)
        self.cluster = self._cluster(network, keys)
        self.machines = Machines(
            self, cluster=self.cluster, network=network, operating=operating, awake=self.awake
        )
        self.repositories = {name: self._repository(name) for name in REPOSITORIES}
        if region == deployment.primary:
            self._replicate()
        self.trust = self._trust()

    def _cluster(self, network: NetworkStack, keys: KeysStack) -> ecs.Cluster:
        commands = logs.LogGroup(
            self,
            "Comandos",
            log_group_name=commands_group(self.deployment.prefix),
            encryption_key=keys.logs,
            retention=logs.RetentionDays.THIRTEEN_MONTHS,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        # What Fargate's tasks write to their disks: archives that are opened, exports.
        disks = self._key("discos", "Discos das tarefas")
        cluster = ecs.Cluster(
            self,
            "Cluster",
            cluster_name=self.deployment.prefix,
            vpc=network.vpc,
            container_insights_v2=ecs.ContainerInsights.ENHANCED,
            enable_fargate_capacity_providers=True,
            execute_command_configuration=ecs.ExecuteCommandConfiguration(
                kms_key=self._key("comandos", "Sessões de comando em tarefas"),
                log_configuration=ecs.ExecuteCommandLogConfiguration(
                    # By its name: tasks of other stacks are told of it.
                    cloud_watch_log_group=logs.LogGroup.from_log_group_name(
                        self, "ComandosPeloNome", commands_group(self.deployment.prefix)
                    ),
                    cloud_watch_encryption_enabled=True,
                ),
                logging=ecs.ExecuteCommandLogging.OVERRIDE,
            ),
            managed_storage_configuration=ecs.ManagedStorageConfiguration(
                fargate_ephemeral_storage_kms_key=disks
            ),
        )
        cluster.node.add_dependency(commands)
        return cluster

    def _repository(self, name: str) -> ecr.Repository:
        return ecr.Repository(
            self,
            f"Imagens-{name}",
            repository_name=f"{self.deployment.prefix}/{name}",
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            image_scan_on_push=True,
            encryption=ecr.RepositoryEncryption.KMS,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            lifecycle_rules=[
                ecr.LifecycleRule(
                    description="O que uma entrega que falhou deixou",
                    tag_status=ecr.TagStatus.UNTAGGED,
                    max_image_age=cdk.Duration.days(14),
                    rule_priority=1,
                ),
                ecr.LifecycleRule(
                    description="Versões para onde ainda se volta",
                    tag_status=ecr.TagStatus.ANY,
                    max_image_count=_KEPT_IMAGES,
                    rule_priority=2,
                ),
            ],
        )

    def _replicate(self) -> None:
        ecr.CfnReplicationConfiguration(
            self,
            "CopiasDasImagens",
            replication_configuration=ecr.CfnReplicationConfiguration.ReplicationConfigurationProperty(
                rules=[
                    ecr.CfnReplicationConfiguration.ReplicationRuleProperty(
                        destinations=[
                            ecr.CfnReplicationConfiguration.ReplicationDestinationProperty(
                                region=self.deployment.recovery, registry_id=self.account
                            )
                        ],
                        repository_filters=[
                            ecr.CfnReplicationConfiguration.RepositoryFilterProperty(
                                filter=f"{self.deployment.prefix}/", filter_type="PREFIX_MATCH"
                            )
                        ],
                    )
                ]
            ),
        )

    def _key(self, purpose: str, description: str) -> kms.Key:
        return kms.Key(
            self,
            purpose,
            alias=f"{self.deployment.prefix}-{purpose}",
            description=description,
            enable_key_rotation=True,
            pending_window=cdk.Duration.days(30),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )

    def _trust(self) -> s3.Bucket:
        """Of the authority of Cloudflare's certificate (`edge.TRUST`), which the edge's stack needs
        before it can be made. It is public, and versioned so that a change can be taken back."""
        bucket = s3.Bucket(
            self,
            "Autoridades",
            bucket_name=self.deployment.bucket("confianca", self.region),
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        accept(
            bucket,
            "a certificate without its key, for load balancers; CloudTrail tells who wrote it",
            *("AwsSolutions-S1", "NIST.800.53.R5-S3BucketLoggingEnabled"),
            *("NIST.800.53.R5-S3DefaultEncryptionKMS", "NIST.800.53.R5-S3BucketReplicationEnabled"),
            *("CKV_AWS_18",),
        )
        return bucket
