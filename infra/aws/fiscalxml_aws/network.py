"""The VPC of a region: three tiers in three zones, and who may speak with whom in it."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from .config import Deployment
from .parts import Part
from .relations import INTERNET, RELATIONS, ROLES, S3_PREFIX_LISTS, S3_USERS

_ZONES: Final = ("a", "b", "c")
PUBLIC: Final = "publica"
PRIVATE: Final = "servicos"
DATA: Final = "dados"


class NetworkStack(Part):
    """`groups[role]` is the security group of a role of `relations.ROLES`.

    Nobody reaches `groups["alb"]` yet: the edge's stack says who does.
    """

    def __init__(self, scope: Construct, id_: str, *, deployment: Deployment, region: str) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="rede")
        primary = region == deployment.primary
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            vpc_name=deployment.prefix,
            ip_addresses=ec2.IpAddresses.cidr("10.40.0.0/16" if primary else "10.41.0.0/16"),
            availability_zones=[f"{region}{zone}" for zone in _ZONES],
            nat_gateways=deployment.nats if primary else 1,
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name=PUBLIC,
                    subnet_type=ec2.SubnetType.PUBLIC,
                    cidr_mask=24,
                    map_public_ip_on_launch=False,
                ),
                ec2.SubnetConfiguration(
                    name=PRIVATE, subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=20
                ),
                ec2.SubnetConfiguration(
                    name=DATA, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24
                ),
            ],
        )
        self.public = ec2.SubnetSelection(subnet_group_name=PUBLIC)
        self.private = ec2.SubnetSelection(subnet_group_name=PRIVATE)
        self.data = ec2.SubnetSelection(subnet_group_name=DATA)
        self.groups = {role: self._group(role) for role in ROLES}
        self._relate(region)

    def _group(self, role: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self,
            f"Grupo-{role}",
            vpc=self.vpc,
            security_group_name=f"{self.deployment.prefix}-{role}",
            description=f"API Fiscal XML: {role}",
            allow_all_outbound=False,
        )

    def _relate(self, region: str) -> None:
        for each in RELATIONS:
            source, port = self.groups[each.source], ec2.Port.tcp(each.port)
            if each.target == INTERNET:
                source.add_egress_rule(ec2.Peer.any_ipv4(), port, each.why)
                continue
            source.add_egress_rule(self.groups[each.target], port, each.why)
            self.groups[each.target].add_ingress_rule(source, port, each.why)
        s3 = ec2.Peer.prefix_list(S3_PREFIX_LISTS[region])
        for role in S3_USERS:
            self.groups[role].add_egress_rule(s3, ec2.Port.tcp(443), "S3")
        cdk.CfnOutput(self, "VpcId", value=self.vpc.vpc_id)
