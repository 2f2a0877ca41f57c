"""AWS's own services, reached inside the VPC: no task needs the Internet to be one of ours."""

from __future__ import annotations

from typing import Final

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

_SERVICES: Final = {
    "ecr-api": ec2.InterfaceVpcEndpointAwsService.ECR,
    "ecr-dkr": ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
    "logs": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
    "monitoring": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING,
    "xray": ec2.InterfaceVpcEndpointAwsService.XRAY,
    "secretsmanager": ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
    "kms": ec2.InterfaceVpcEndpointAwsService.KMS,
    "sts": ec2.InterfaceVpcEndpointAwsService.STS,
    "ecs": ec2.InterfaceVpcEndpointAwsService.ECS,
    "ecs-agent": ec2.InterfaceVpcEndpointAwsService.ECS_AGENT,
    "ecs-telemetry": ec2.InterfaceVpcEndpointAwsService.ECS_TELEMETRY,
    "ssm": ec2.InterfaceVpcEndpointAwsService.SSM,
    "ssmmessages": ec2.InterfaceVpcEndpointAwsService.SSM_MESSAGES,
    "guardduty-data": ec2.InterfaceVpcEndpointAwsService.GUARDDUTY_DATA,
}
"""each is an interface in a zone, paid by the hour: 14 a zone"""


def build_endpoints(vpc: ec2.Vpc, group: ec2.ISecurityGroup, subnets: ec2.SubnetSelection) -> None:
    """Interfaces that only `group`'s relations reach, and S3's gateway, which costs nothing."""
    account, region = vpc.stack.account, vpc.stack.region
    for name, service in _SERVICES.items():
        endpoint = vpc.add_interface_endpoint(
            f"Ponto-{name}",
            service=service,
            subnets=subnets,
            security_groups=[group],
            # Its relations are in the table: the whole VPC is not let in beside them.
            open=False,
            private_dns_enabled=True,
        )
        endpoint.add_to_policy(_only_ours(account))
    s3 = vpc.add_gateway_endpoint("Ponto-s3", service=ec2.GatewayVpcEndpointAwsService.S3)
    s3.add_to_policy(
        iam.PolicyStatement(
            sid="BaldesDaConta",
            principals=[iam.AnyPrincipal()],
            actions=["s3:*"],
            resources=["*"],
            conditions={"StringEquals": {"aws:ResourceAccount": account}},
        )
    )
    s3.add_to_policy(
        iam.PolicyStatement(
            sid="CamadasDeImagensEPacotes",
            principals=[iam.AnyPrincipal()],
            actions=["s3:GetObject"],
            resources=[
                # Where ECR keeps layers, and Amazon Linux its packages: docs.aws.amazon.com,
                # "Amazon ECR interface VPC endpoints", "Update or install packages on AL2023".
                f"arn:aws:s3:::prod-{region}-starport-layer-bucket/*",
                f"arn:aws:s3:::al2023-repos-{region}-de612dc2/*",
            ],
        )
    )


def _only_ours(account: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="SoDaConta",
        principals=[iam.AnyPrincipal()],
        actions=["*"],
        resources=["*"],
        conditions={"StringEquals": {"aws:PrincipalAccount": account}},
    )
