"""The machines under the API's tasks: an Auto Scaling group that ECS fills, one task a machine."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from fiscalxml_ops.scaling import policies

from .awake import Awake
from .native import native
from .network import NetworkStack
from .operating import Operating
from .reasons import accept, descendants

COLOURS: Final = 2
"""While a version is exchanged there are two sets of tasks, the old one warm: so the group may have
twice the machines that policies of scaling would ever ask for."""
_MANAGED: Final = "Policy::arn:<AWS::Partition>:iam::aws:policy/"
_GRAVITON: Final = {"c5.large": "c7g.large"}


class Machines(Construct):
    """`provider`: the capacity provider."""

    def __init__(
        self,
        scope: Construct,
        *,
        cluster: ecs.Cluster,
        network: NetworkStack,
        operating: Operating,
        awake: Awake,
    ) -> None:
        super().__init__(scope, "Maquinas")
        wanted = policies.API.machines
        if wanted is None:
            raise ValueError("the policies of scaling say no machines for the API")
        type_ = _GRAVITON[wanted.instance] if operating.arm else wanted.instance
        self.group = autoscaling.AutoScalingGroup(
            self,
            "Grupo",
            auto_scaling_group_name=f"{network.deployment.prefix}-api",
            vpc=network.vpc,
            vpc_subnets=network.private,
            launch_template=self._template(cluster, network, type_, arm=operating.arm),
            min_capacity=wanted.minimum,
            max_capacity=wanted.maximum * COLOURS,
            new_instances_protected_from_scale_in=True,
            health_checks=autoscaling.HealthChecks.ec2(grace_period=cdk.Duration.minutes(3)),
            group_metrics=[autoscaling.GroupMetrics.all()],
            # A machine grows old in no more than a month: its system is replaced, not patched.
            max_instance_lifetime=cdk.Duration.days(30),
            update_policy=autoscaling.UpdatePolicy.rolling_update(
                max_batch_size=1, min_instances_in_service=wanted.minimum
            ),
            capacity_rebalance=False,
        )
        native(self.group, autoscaling.CfnAutoScalingGroup).min_size = awake.text(wanted.minimum)
        self.provider = ecs.AsgCapacityProvider(
            self,
            "Provedor",
            auto_scaling_group=self.group,
            # Not "ecs…", "aws…" or "fargate…", which are reserved.
            capacity_provider_name=f"{network.deployment.prefix}-api",
            enable_managed_scaling=True,
            enable_managed_draining=True,
            enable_managed_termination_protection=True,
            target_capacity_percent=wanted.target_capacity,
            instance_warmup_period=wanted.warmup,
            maximum_scaling_step_size=wanted.maximum,
            machine_image_type=ecs.MachineImageType.BOTTLEROCKET,
        )
        cluster.add_asg_capacity_provider(self.provider)
        for policy in descendants(self, "AWS::IAM::Policy"):
            accept(policy, "the agent's own, with the cluster as its condition", "CKV_AWS_111")
        accept(
            self.group,
            "machines without state: an alarm tells of lost capacity",
            "AwsSolutions-AS3",
        )

    def _template(
        self, cluster: ecs.Cluster, network: NetworkStack, type_: str, *, arm: bool
    ) -> ec2.LaunchTemplate:
        role = iam.Role(
            self,
            "Papel",
            assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("AmazonSSMManagedInstanceCore")
            ],
        )
        accept(
            role,
            "what the agents of ECS and Session Manager need is AWS's to say",
            f"AwsSolutions-IAM4[{_MANAGED}AmazonSSMManagedInstanceCore]",
            f"AwsSolutions-IAM4[{_MANAGED}service-role/AmazonEC2ContainerServiceforEC2Role]",
        )
        accept(
            role,
            "the CDK's own, of the ECS agent of this cluster's machines",
            *("NIST.800.53.R5-IAMNoInlinePolicy", "AwsSolutions-IAM5[Action::ecs:Submit*]"),
            "AwsSolutions-IAM5[Resource::*]",
        )
        architecture = "arm64" if arm else "x86_64"
        return ec2.LaunchTemplate(
            self,
            "Modelo",
            launch_template_name=f"{network.deployment.prefix}-api",
            instance_type=ec2.InstanceType(type_),
            # No shell, no package manager, a root that is verified at boot. Of the day on which a
            # machine starts, not of the stack's deployment: so who replaces machines patches them.
            machine_image=ec2.MachineImage.resolve_ssm_parameter_at_launch(
                f"/aws/service/bottlerocket/aws-ecs-2/{architecture}/latest/image_id"
            ),
            role=role,
            security_group=network.groups["hosts"],
            require_imdsv2=True,
            http_put_response_hop_limit=1,
            http_tokens=ec2.LaunchTemplateHttpTokens.REQUIRED,
            instance_metadata_tags=False,
            detailed_monitoring=True,
            ebs_optimized=True,
            block_devices=[_disk("/dev/xvda", 8), _disk("/dev/xvdb", 40)],
            # Tasks have roles of their own, and none of the machine's.
            user_data=ec2.UserData.custom(
                "[settings.ecs]\n"
                f'cluster = "{cluster.cluster_name}"\n'
                "allow-privileged-containers = false\n"
                "awsvpc-block-imds = true\n"
                'image-pull-behavior = "prefer-cached"\n'
            ),
        )


def _disk(name: str, size: int) -> ec2.BlockDevice:
    return ec2.BlockDevice(
        device_name=name,
        volume=ec2.BlockDeviceVolume.ebs(
            size,
            encrypted=True,
            volume_type=ec2.EbsDeviceVolumeType.GP3,
            delete_on_termination=True,
        ),
    )
