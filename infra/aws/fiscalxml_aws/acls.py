"""Network ACLs: what a tier lets pass whatever its security groups say.

They know no connections, so answers need rules too: to the ports from which something was asked.
ACLs do not hold for the VPC's own DNS, its clock, or the metadata of machines and tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from .reasons import accept
from .relations import INTERNET, POSTGRES, RELATIONS, VALKEY

_ANY: Final = "0.0.0.0/0"
_ASKING: Final = (1024, 65535)
"""ports that a NAT gateway, a load balancer or a function (the one that changes passwords) asks
from: VPC, "Custom network ACLs", of ephemeral ports"""
_LINUX: Final = (32768, 60999)
"""ports that Linux asks from (ip_local_port_range), in a task or a machine"""
_WEB: Final = (80, 443)


class Pass(NamedTuple):
    """TCP from (or to) an address range, to these ports."""

    cidr: str
    first: int
    last: int


def outside() -> list[int]:
    """Ports of the Internet that some role may connect to."""
    return sorted({each.port for each in RELATIONS if each.target == INTERNET})


def build_acls(scope: Construct, vpc: ec2.Vpc, public: str, private: str, data: str) -> None:
    """One for each tier, named as its subnets are."""
    services = _cidrs(vpc, private)
    own = _cidrs(vpc, data)
    everything = Pass(vpc.vpc_cidr_block, 0, 65535)
    acl = _acl(scope, vpc, public)
    answers = Pass(_ANY, *_ASKING)
    opened = _rules(acl, ec2.TrafficDirection.INGRESS, [everything, *_ports(_ANY, _WEB), answers])
    _rules(
        acl,
        ec2.TrafficDirection.EGRESS,
        [everything, *_ports(_ANY, [each for each in outside() if each < _ASKING[0]]), answers],
    )
    accept(
        opened[-1],
        "Respostas ao NAT chegam em qualquer porta de 1024 a 65535; o NAT não atende conexões.",
        "CKV_AWS_231",
    )
    acl = _acl(scope, vpc, private)
    _rules(acl, ec2.TrafficDirection.INGRESS, [everything, Pass(_ANY, *_LINUX)])
    _rules(acl, ec2.TrafficDirection.EGRESS, [everything, *_ports(_ANY, outside())])
    acl = _acl(scope, vpc, data)
    _rules(
        acl,
        ec2.TrafficDirection.INGRESS,
        [
            *(each for cidr in services for each in _ports(cidr, (POSTGRES, VALKEY))),
            *(Pass(cidr, 0, 65535) for cidr in own),
        ],
    )
    _rules(
        acl,
        ec2.TrafficDirection.EGRESS,
        [*(Pass(cidr, *_ASKING) for cidr in services), *(Pass(cidr, 0, 65535) for cidr in own)],
    )


def _acl(scope: Construct, vpc: ec2.Vpc, tier: str) -> ec2.NetworkAcl:
    acl = ec2.NetworkAcl(
        scope,
        f"Acl-{tier}",
        vpc=vpc,
        subnet_selection=ec2.SubnetSelection(subnet_group_name=tier),
    )
    accept(acl, "Segunda barreira, por camada, atrás dos grupos de segurança.", "AwsSolutions-VPC3")
    return acl


def _rules(
    acl: ec2.NetworkAcl, direction: ec2.TrafficDirection, passing: Iterable[Pass]
) -> list[ec2.NetworkAclEntry]:
    name = "Entra" if direction == ec2.TrafficDirection.INGRESS else "Sai"
    return [
        acl.add_entry(
            f"{name}{number}",
            cidr=ec2.AclCidr.ipv4(each.cidr),
            rule_number=number,
            traffic=ec2.AclTraffic.tcp_port_range(each.first, each.last),
            direction=direction,
        )
        for number, each in enumerate(passing, start=100)
    ]


def _ports(cidr: str, ports: Iterable[int]) -> Iterator[Pass]:
    return (Pass(cidr, port, port) for port in ports)


def _cidrs(vpc: ec2.Vpc, tier: str) -> list[str]:
    return [each.ipv4_cidr_block for each in vpc.select_subnets(subnet_group_name=tier).subnets]
