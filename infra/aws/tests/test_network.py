"""Who may reach whom: exactly what the table says, and nobody else."""

from __future__ import annotations

import json

import pytest

from fiscalxml_aws.config import Deployment
from fiscalxml_aws.relations import INTERNET, RELATIONS, S3_PREFIX_LISTS, S3_USERS

from .templates import Template, walk

TCP = "tcp"


@pytest.fixture(params=["primary", "recovery"])
def region(request: pytest.FixtureRequest, deployment: Deployment) -> str:
    return str(getattr(deployment, request.param))


@pytest.fixture
def network(stacks: dict[str, Template], region: str) -> Template:
    return stacks[f"Rede-{region}"]


def roles(network: Template, deployment: Deployment) -> dict[str, str]:
    """Logical id of a group -> its role."""
    named = network.by("AWS::EC2::SecurityGroup", "GroupName")
    return {each.name: name.removeprefix(f"{deployment.prefix}-") for name, each in named.items()}


def group_of(value: object, known: dict[str, str]) -> str:
    return known[value["Fn::GetAtt"][0]] if isinstance(value, dict) else ""


def rules(
    network: Template, deployment: Deployment, direction: str, peer: str
) -> set[tuple[str, str, int]]:
    """(whose group, the other's role or addresses, port) of every rule of a direction."""
    known = roles(network, deployment)
    found = []
    for name, role in known.items():
        properties = network.resources[name]["Properties"]
        found += [(role, each) for each in properties.get(f"SecurityGroup{direction}", [])]
    for each in network.of(f"AWS::EC2::SecurityGroup{direction}").values():
        found.append((group_of(each.properties["GroupId"], known), each.properties))
    said = set()
    for role, each in found:
        if each["IpProtocol"] != TCP:
            # What the CDK writes for "nothing".
            assert each["CidrIp"] == "255.255.255.255/32"
            continue
        assert each["FromPort"] == each["ToPort"]
        other = group_of(each.get(peer), known) or each.get("CidrIp") or "prefix"
        said.add((role, str(other), int(each["FromPort"])))
    return said


def test_groups_let_in_what_the_table_says(network: Template, deployment: Deployment) -> None:
    wanted = {(each.target, each.source, each.port) for each in RELATIONS}
    wanted = {each for each in wanted if each[0] != INTERNET}
    assert rules(network, deployment, "Ingress", "SourceSecurityGroupId") == wanted


def test_groups_let_out_what_the_table_says(network: Template, deployment: Deployment) -> None:
    wanted = {
        (each.source, "0.0.0.0/0" if each.target == INTERNET else each.target, each.port)
        for each in RELATIONS
    } | {(role, "prefix", 443) for role in S3_USERS}
    assert rules(network, deployment, "Egress", "DestinationSecurityGroupId") == wanted


def test_only_these_reach_the_internet() -> None:
    """Workers read what strangers sent: they reach nobody."""
    assert {each.source for each in RELATIONS if each.target == INTERNET} == {
        "auth",
        "webhooks",
        "entregador",
        "canario",
    }


def test_only_these_reach_the_data() -> None:
    reaching = {each.source for each in RELATIONS if each.target == "database"}
    assert "kong" not in reaching
    assert "alb" not in reaching
    assert "canario" not in reaching
    assert {each.port for each in RELATIONS if each.target == "database"} == {5432}


def test_s3_is_the_list_of_this_region(network: Template, region: str) -> None:
    lists = {each for each in walk(network.content) if isinstance(each, str) and each[:3] == "pl-"}
    assert lists == {S3_PREFIX_LISTS[region]}


def test_three_tiers_in_three_zones(network: Template, region: str) -> None:
    zones: dict[str, set[str]] = {}
    for each in network.of("AWS::EC2::Subnet").values():
        tags = {tag["Key"]: tag["Value"] for tag in each.properties["Tags"]}
        assert each.properties["MapPublicIpOnLaunch"] is False
        zones.setdefault(tags["aws-cdk:subnet-name"], set()).add(
            each.properties["AvailabilityZone"]
        )
    three = {f"{region}{each}" for each in "abc"}
    assert zones == {"publica": three, "servicos": three, "dados": three}


def test_data_has_no_way_out(network: Template) -> None:
    routed = {
        str(each.properties["RouteTableId"]) for each in network.of("AWS::EC2::Route").values()
    }
    data = {
        f"{{'Ref': '{name}'}}" for name in network.of("AWS::EC2::RouteTable") if "dados" in name
    }
    assert len(data) == 3
    assert not data & routed


def test_acls_of_data_know_two_ports_of_the_services(network: Template) -> None:
    entries = [
        each.properties
        for name, each in network.of("AWS::EC2::NetworkAclEntry").items()
        if name.startswith("Acldados") and not each.properties.get("Egress")
    ]
    tiers = {
        each.properties["CidrBlock"]: name for name, each in network.of("AWS::EC2::Subnet").items()
    }
    services = [each for each in entries if "servicos" in tiers[each["CidrBlock"]]]
    own = [each for each in entries if "dados" in tiers[each["CidrBlock"]]]
    assert len(services) + len(own) == len(entries)
    assert {each["PortRange"]["From"] for each in services} == {5432, 6379}
    assert all(each["PortRange"]["From"] == each["PortRange"]["To"] for each in services)


def test_acls_of_data_answer_whoever_may_ask(network: Template) -> None:
    """The function that changes passwords asks from any port above 1023, not from Linux's."""
    tiers = {
        each.properties["CidrBlock"]: name for name, each in network.of("AWS::EC2::Subnet").items()
    }
    answers = [
        each.properties["PortRange"]
        for name, each in network.of("AWS::EC2::NetworkAclEntry").items()
        if name.startswith("Acldados")
        and each.properties.get("Egress")
        and "servicos" in tiers[each.properties["CidrBlock"]]
    ]
    assert answers == [{"From": 1024, "To": 65535}] * 3


def test_the_default_group_is_closed(network: Template) -> None:
    assert len(network.of("Custom::VpcRestrictDefaultSG")) == 1


def test_flows_are_logged(network: Template) -> None:
    flow = network.one("AWS::EC2::FlowLog").properties
    assert flow["TrafficType"] == "ALL"
    assert set(flow["DestinationOptions"]) == {
        "FileFormat",
        "HiveCompatiblePartitions",
        "PerHourPartition",
    }


def test_endpoints_serve_this_account_alone(network: Template, deployment: Deployment) -> None:
    endpoints = network.of("AWS::EC2::VPCEndpoint").values()
    assert len(endpoints) == 16
    for each in endpoints:
        said = json.dumps(each.properties["PolicyDocument"])
        assert deployment.account in said
        if each.properties["VpcEndpointType"] == "Interface":
            assert each.properties["PrivateDnsEnabled"] is True
            assert len(each.properties["SecurityGroupIds"]) == 1
