"""The VPC of a region: three tiers in three zones, and who may speak with whom in it."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from .acls import build_acls
from .buckets import FLOWS
from .config import Deployment
from .endpoints import build_endpoints
from .parts import Part
from .reasons import accept, descendants
from .relations import INTERNET, RELATIONS, ROLES, S3_PREFIX_LISTS, S3_USERS
from .storage import StorageStack

_ZONES: Final = ("a", "b", "c")
PUBLIC: Final = "publica"
PRIVATE: Final = "servicos"
DATA: Final = "dados"


class NetworkStack(Part):
    """`groups[role]` is the security group of a role of `relations.ROLES`.

    Nobody reaches `groups["alb"]` yet: the edge's stack says who does.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: str,
        storage: StorageStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="rede")
        primary = region == deployment.primary
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            vpc_name=deployment.prefix,
            ip_addresses=ec2.IpAddresses.cidr("10.40.0.0/16" if primary else "10.41.0.0/16"),
            availability_zones=[f"{region}{zone}" for zone in _ZONES],
            nat_gateways=deployment.nats if primary else 1,
            restrict_default_security_group=True,
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
        build_acls(self, self.vpc, PUBLIC, PRIVATE, DATA)
        zones = None if primary else [f"{region}{_ZONES[0]}"]
        build_endpoints(
            self.vpc,
            self.groups["endpoints"],
            ec2.SubnetSelection(subnet_group_name=PRIVATE, availability_zones=zones),
        )
        self._log_flows(storage)
        self._explain()

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

    def _log_flows(self, storage: StorageStack) -> None:
        # Not the L2: it writes these options' names in a way that CloudFormation does not know.
        ec2.CfnFlowLog(
            self,
            "Fluxos",
            resource_id=self.vpc.vpc_id,
            resource_type="VPC",
            traffic_type="ALL",
            max_aggregation_interval=60,
            log_destination_type="s3",
            log_destination=storage.logs.arn_for_objects(FLOWS),
            destination_options={
                "FileFormat": "parquet",
                "HiveCompatiblePartitions": True,
                "PerHourPartition": True,
            },
        )

    def _explain(self) -> None:
        for subnet in self.vpc.public_subnets:
            accept(
                subnet.node.find_child("DefaultRoute"),
                "A camada pública tem só o balanceador e o NAT; é por ela que se chega e se sai.",
                "NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW",
            )
        for zone in descendants(self.vpc, "AWS::EC2::Subnet"):
            accept(
                zone,
                "Zonas ditas: as que Fn::GetAZs desse amanhã trocariam sub-redes de lugar.",
                "W3010",
            )
        provider = self.node.find_child("Custom::VpcRestrictDefaultSGCustomResourceProvider")
        accept(
            provider.node.find_child("Handler"),
            "Função do CDK, que só a implantação chama e que só fala com a API do EC2.",
            *("CKV_AWS_115", "CKV_AWS_116", "CKV_AWS_117", "W3005"),
        )
        accept(
            self.vpc,
            "O grupo padrão é fechado por Custom::VpcRestrictDefaultSG, que este exame não lê.",
            "NIST.800.53.R5-VPCDefaultSecurityGroupClosed",
        )
