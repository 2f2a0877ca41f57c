"""Who reaches the load balancers, by what, and what the firewall looks at."""

from __future__ import annotations

import json
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from fiscalxml_ops.cloudflare import origin

from .test_running import of

ROOT = Path(__file__).parents[3]


def test_only_cloudflare_reaches_the_load_balancer() -> None:
    (entry,) = of("AWS::EC2::SecurityGroupIngress", "Borda").values()
    assert (entry["FromPort"], entry["ToPort"]) == (443, 443)
    assert "SourcePrefixListId" in entry
    assert "CidrIp" not in entry
    (listed,) = of("AWS::EC2::PrefixList", "Borda").values()
    assert [each["Cidr"] for each in listed["Entries"]] == list(origin.IPV4)
    for each in of("AWS::EC2::SecurityGroup", "Rede").values():
        for rule in each.get("SecurityGroupIngress", ()):
            assert rule.get("CidrIp") != "0.0.0.0/0"


def test_and_shows_the_certificate_of_our_zone() -> None:
    (listener,) = of("AWS::ElasticLoadBalancingV2::Listener", "Borda").values()
    assert listener["Port"] == 443
    assert listener["SslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2-Res")
    assert listener["MutualAuthentication"]["Mode"] == "verify"
    assert listener["MutualAuthentication"]["IgnoreClientCertificateExpiry"] is False
    (action,) = listener["DefaultActions"]
    assert action["FixedResponseConfig"]["StatusCode"] == "404"


def test_the_load_balancer_is_as_cloudflares_side_expects() -> None:
    (balancer,) = of("AWS::ElasticLoadBalancingV2::LoadBalancer", "Borda").values()
    found = {each["Key"]: each["Value"] for each in balancer["LoadBalancerAttributes"]}
    # False is what an attribute is that nobody sets: client ports are not added to addresses.
    expected = {key: value for key, value in origin.BALANCER.items() if key in found}
    assert {key: str(found[key]) for key in expected} == expected
    assert set(origin.BALANCER) - set(found) <= {"routing.http.xff_client_port.enabled"}
    assert found["deletion_protection.enabled"] == "true"
    assert found["access_logs.s3.enabled"] == "true"
    # IPv4 alone, as its prefix list: what is not said is that.
    assert balancer.get("IpAddressType", "ipv4") == "ipv4"
    # A connection may live for longer than it may rest, or it would end while Cloudflare uses it.
    lives = int(found.get("client_keep_alive.seconds", 3600))
    assert origin.CLOUDFLARE_IDLE_SECONDS < origin.IDLE_SECONDS < lives


def test_the_bucket_of_logs_takes_what_load_balancers_write() -> None:
    """Both refuse to be made where they may not."""
    (policy,) = [
        each
        for name, each in of("AWS::S3::BucketPolicy", "Armazenamento").items()
        if name.startswith("registros")
    ]
    (said,) = [
        each for each in policy["PolicyDocument"]["Statement"] if each.get("Sid") == "Balanceadores"
    ]
    assert said["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    allowed = json.dumps(said["Resource"])
    for stack in ("Borda", "Interno"):
        (balancer,) = of("AWS::ElasticLoadBalancingV2::LoadBalancer", stack).values()
        attributes = {each["Key"]: each["Value"] for each in balancer["LoadBalancerAttributes"]}
        for kind in ("access", "connection"):
            prefix = attributes[f"{kind}_logs.s3.prefix"]
            assert f'"/{prefix}/AWSLogs/111122223333/*"' in allowed


def test_the_canary_is_reached_by_a_name_of_cloudflares_zone() -> None:
    for zona in ("producao", "homologacao"):
        told = json.loads((ROOT / f"infra/cloudflare/{zona}/zona.tf.json").read_text())
        record = told["resource"]["cloudflare_dns_record"]["canario"]
        assert record["proxied"] is True
        assert record["name"].startswith("canario.")
    hosts = [
        host
        for rule in of("AWS::ElasticLoadBalancingV2::ListenerRule", "Borda").values()
        for condition in rule["Conditions"]
        for host in condition["HostHeaderConfig"]["Values"]
    ]
    assert "canario.fiscalxml.com.br" in hosts
    (certificate,) = of("AWS::CertificateManager::Certificate", "Borda").values()
    assert set(hosts) <= {certificate["DomainName"], *certificate["SubjectAlternativeNames"]}
    (task,) = [
        each
        for each in of("AWS::ECS::TaskDefinition", "Fundo").values()
        if each["Family"].endswith("-canario")
    ]
    assert "https://canario.fiscalxml.com.br/" in json.dumps(task)


def test_inside_everything_is_encrypted_to_the_task() -> None:
    for each in of("AWS::ElasticLoadBalancingV2::TargetGroup", "Interno").values():
        assert each["Protocol"] == "HTTPS"
        assert each["TargetType"] == "ip"
    (listener,) = of("AWS::ElasticLoadBalancingV2::Listener", "Interno").values()
    assert listener["Protocol"] == "HTTPS"
    (balancer,) = of("AWS::ElasticLoadBalancingV2::LoadBalancer", "Interno").values()
    assert balancer["Scheme"] == "internal"


def test_the_firewall_blocks_and_logs_no_request() -> None:
    (acl,) = of("AWS::WAFv2::WebACL", "Borda").values()
    rules = {each["Name"]: each for each in acl["Rules"]}
    assert {
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesSQLiRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    } <= set(rules)
    for name, each in rules.items():
        if name.startswith("AWSManaged"):
            assert each["OverrideAction"] == {"None": {}}, name
        else:
            assert each["Action"] == {"Block": {}}, name
        assert each["VisibilityConfig"]["SampledRequestsEnabled"] is False
    (logged,) = of("AWS::WAFv2::LoggingConfiguration", "Borda").values()
    redacted = json.dumps(logged["RedactedFields"]).lower()
    for each in ("authorization", "x-api-key", "cookie", "querystring", "uripath"):
        assert each in redacted


def test_what_rules_count_in_a_body_is_blocked_elsewhere() -> None:
    """An override that only counts would let everything in, were its label looked at by nobody."""
    (acl,) = of("AWS::WAFv2::WebACL", "Borda").values()
    counted = {
        each["Name"]
        for rule in acl["Rules"]
        for each in rule["Statement"]
        .get("ManagedRuleGroupStatement", {})
        .get("RuleActionOverrides", ())
    }
    labels = json.dumps(acl["Rules"])
    for name in counted - {"SizeRestrictions_BODY", "NoUserAgent_HEADER"}:
        label = name.replace("_BODY", "_Body")
        assert f":{label}" in labels, name


def test_amazons_prometheus_has_our_routes_and_everybody_is_told() -> None:
    (workspace,) = of("AWS::APS::Workspace", "Medidas").values()
    definition = workspace["AlertManagerDefinition"]
    text = "".join(each if isinstance(each, str) else "REF" for each in definition["Fn::Join"][1])
    document = yaml.safe_load(text)
    made = yaml.safe_load(document["alertmanager_config"])
    written = yaml.safe_load((ROOT / "ops/alerts/alertmanager.yml").read_text())
    assert made["route"] == written["route"]
    assert made["inhibit_rules"] == written["inhibit_rules"]
    for each in made["receivers"]:
        assert set(each) & {"pagerduty_configs", "sns_configs"}, each["name"]
    rules = of("AWS::APS::RuleGroupsNamespace", "Medidas").values()
    assert {each["Name"] for each in rules} == {"objetivos", "sintomas"}
    for each in rules:
        assert "externalLabels" not in each["Data"]
        assert yaml.safe_load(each["Data"])["groups"]


def test_every_role_has_the_boundary() -> None:
    for stack in ("Cluster", "Tarefas", "Fundo", "Atende", "Medidas", "Segredos", "Copias"):
        for name, each in of("AWS::IAM::Role", stack).items():
            assert "fiscalxml-producao-limite" in json.dumps(each["PermissionsBoundary"]), name


def test_only_an_approved_workflow_deploys() -> None:
    text = (Path(__file__).parents[1] / "cdk.out/Identidades.template.json").read_text()
    resources = json.loads(text)["Resources"].values()
    (limit,) = [
        name
        for name, each in json.loads(text)["Resources"].items()
        if each["Type"] == "AWS::IAM::ManagedPolicy"
    ]
    for each in resources:
        assert each["Type"] != "AWS::IAM::Role" or limit in each["DependsOn"]
    roles = {
        each["Properties"]["RoleName"].removeprefix("fiscalxml-producao-"): each["Properties"]
        for each in resources
        if each["Type"] == "AWS::IAM::Role"
    }
    subjects = {
        name: each["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["StringEquals"]
        for name, each in roles.items()
    }
    found = {
        name: each["token.actions.githubusercontent.com:sub"] for name, each in subjects.items()
    }
    assert found["implantacao"] == ["repo:fiscalxml/fiscalxml:environment:infra-producao"]
    assert all("*" not in subject for each in found.values() for subject in each)
