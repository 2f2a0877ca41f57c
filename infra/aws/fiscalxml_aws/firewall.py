"""AWS's web firewall before the load balancer, after Cloudflare's own.

It sees the first 8 KB of a body, no more (a fixed limit of load balancers), and Cloudflare's
address as the caller's. So lists of bad addresses are Cloudflare's to apply; rates count the
address that Cloudflare tells; and rules that look into bodies leave fiscal documents alone, whose
texts read like SQL or markup (the edge of `infra/edge` met 1,284 of them): DOCTYPE and entities are
refused by the services.
"""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from fiscalxml_ops.cloudflare.origin import CLIENT_HEADER

from .keys import KeysStack
from .reasons import accept

METRIC: Final = "firewall"
"""its name among CloudWatch's metrics"""
ADDRESS_A_MINUTE: Final = 120_000
"""of one address: as the gateway's (`fiscalxml_ops.gateway.installation.Limites.endereco`)"""
CREDENTIAL_A_MINUTE: Final = 151_200
"""of one API key or token: what a whole organisation may do (`FISCALXML_LIMIT_…` added up)"""
SIGN_INS_A_MINUTE: Final = 300
"""of one address: five a second, as the edge's (`fiscalxml_ops.edge.site.Site`)"""
DOCUMENTS: Final = r"^/v1/(validacoes|resumos|documentos|lotes|revalidacoes|webhooks|privacidade)"
"""addresses whose bodies are documents, archives or people's own texts"""
_MANAGED: Final = {
    "AWSManagedRulesCommonRuleSet": (
        "core-rule-set",
        (
            # Larger bodies than 8 KB are what this service is for.
            "SizeRestrictions_BODY",
            "CrossSiteScripting_BODY",
            "GenericRFI_BODY",
            "GenericLFI_BODY",
            "EC2MetaDataSSRF_BODY",
            # Programs call, and many say no name; the service asks for a key.
            "NoUserAgent_HEADER",
        ),
    ),
    "AWSManagedRulesSQLiRuleSet": ("sql-database", ("SQLi_BODY", "SQLiExtendedPatterns_BODY")),
    "AWSManagedRulesKnownBadInputsRuleSet": ("known-bad-inputs", ()),
}
"""AWS's rule group -> the name in its labels, and rules of it that only count"""
_BODY_LABELS: Final = (
    "awswaf:managed:aws:core-rule-set:CrossSiteScripting_Body",
    "awswaf:managed:aws:core-rule-set:GenericRFI_Body",
    "awswaf:managed:aws:core-rule-set:GenericLFI_Body",
    "awswaf:managed:aws:core-rule-set:EC2MetaDataSSRF_Body",
    "awswaf:managed:aws:sql-database:SQLi_Body",
    "awswaf:managed:aws:sql-database:SQLiExtendedPatterns_Body",
)
Statement = waf.CfnWebACL.StatementProperty
_LOWER: Final = [waf.CfnWebACL.TextTransformationProperty(priority=0, type="LOWERCASE")]
_NONE: Final = [waf.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")]
_PATH: Final = waf.CfnWebACL.FieldToMatchProperty(uri_path={})


def firewall(scope: Construct, balancer: str, keys: KeysStack) -> None:
    """The rules, before `balancer` (an ARN), and the log of what they refused."""
    acl = waf.CfnWebACL(
        scope,
        "Firewall",
        scope="REGIONAL",
        default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
        visibility_config=_seen(METRIC),
        rules=[
            *(_managed(number, name) for number, name in enumerate(_MANAGED, 1)),
            _bodies(10),
            _rate(20, "por-endereco", ADDRESS_A_MINUTE),
            _rate(21, "entradas", SIGN_INS_A_MINUTE, path=r"^/v1/(sessoes|cadastro|senha)"),
            _credentials(22, "Authorization"),
            _credentials(23, "X-API-Key"),
        ],
    )
    waf.CfnWebACLAssociation(
        scope, "FirewallNaFrente", resource_arn=balancer, web_acl_arn=acl.attr_arn
    )
    _log(scope, acl, keys)


def _seen(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    """Requests are counted. None is sampled: a sample shows addresses and headers."""
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )


def _managed(priority: int, name: str) -> waf.CfnWebACL.RuleProperty:
    count = waf.CfnWebACL.RuleActionProperty(count={})
    return waf.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
        statement=Statement(
            managed_rule_group_statement=waf.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=name,
                rule_action_overrides=[
                    waf.CfnWebACL.RuleActionOverrideProperty(name=each, action_to_use=count)
                    for each in _MANAGED[name][1]
                ]
                or None,
            )
        ),
        visibility_config=_seen(name),
    )


def _bodies(priority: int) -> waf.CfnWebACL.RuleProperty:
    """What those groups found in a body is refused where no document is sent."""
    found = Statement(
        or_statement=waf.CfnWebACL.OrStatementProperty(
            statements=[
                Statement(
                    label_match_statement=waf.CfnWebACL.LabelMatchStatementProperty(
                        scope="LABEL", key=label
                    )
                )
                for label in _BODY_LABELS
            ]
        )
    )
    return _blocking(
        priority,
        "corpos",
        Statement(
            and_statement=waf.CfnWebACL.AndStatementProperty(
                statements=[
                    found,
                    Statement(
                        not_statement=waf.CfnWebACL.NotStatementProperty(statement=_at(DOCUMENTS))
                    ),
                ]
            )
        ),
    )


def _at(pattern: str) -> waf.CfnWebACL.StatementProperty:
    return Statement(
        regex_match_statement=waf.CfnWebACL.RegexMatchStatementProperty(
            field_to_match=_PATH, regex_string=pattern, text_transformations=_LOWER
        )
    )


def _rate(
    priority: int, name: str, limit: int, path: str | None = None
) -> waf.CfnWebACL.RuleProperty:
    return _blocking(
        priority,
        name,
        Statement(
            rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="FORWARDED_IP",
                evaluation_window_sec=60,
                limit=limit,
                # A header that is no address: somebody is at the origin who is not Cloudflare.
                forwarded_ip_config=waf.CfnWebACL.ForwardedIPConfigurationProperty(
                    header_name=CLIENT_HEADER, fallback_behavior="MATCH"
                ),
                scope_down_statement=_at(path) if path else None,
            )
        ),
    )


def _credentials(priority: int, header: str) -> waf.CfnWebACL.RuleProperty:
    key = waf.CfnWebACL.RateBasedStatementCustomKeyProperty(
        header=waf.CfnWebACL.RateLimitHeaderProperty(name=header, text_transformations=_NONE)
    )
    return _blocking(
        priority,
        f"por-{header.lower()}",
        Statement(
            rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="CUSTOM_KEYS",
                custom_keys=[key],
                evaluation_window_sec=60,
                limit=CREDENTIAL_A_MINUTE,
            )
        ),
    )


def _blocking(
    priority: int, name: str, statement: waf.CfnWebACL.StatementProperty
) -> waf.CfnWebACL.RuleProperty:
    return waf.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        action=waf.CfnWebACL.RuleActionProperty(block={}),
        statement=statement,
        visibility_config=_seen(name),
    )


def _log(scope: Construct, acl: waf.CfnWebACL, keys: KeysStack) -> None:
    """What was refused or counted, without the request: a path is a chave, a query a CPF."""
    group = logs.LogGroup(
        scope,
        "RegistroDoFirewall",
        log_group_name=f"aws-waf-logs-{cdk.Stack.of(scope).stack_name}",
        encryption_key=keys.logs,
        retention=logs.RetentionDays.THREE_MONTHS,
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
    accept(
        group, "addresses of callers: no longer than an incident takes to be seen", "CKV_AWS_338"
    )
    redacted: list[waf.CfnLoggingConfiguration.FieldToMatchProperty] = [
        waf.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": name})
        for name in ("authorization", "x-api-key", "cookie")
    ]
    redacted += [
        waf.CfnLoggingConfiguration.FieldToMatchProperty(query_string={}),
        waf.CfnLoggingConfiguration.FieldToMatchProperty(uri_path={}),
    ]
    arn = f"arn:aws:logs:{cdk.Stack.of(scope).region}:{cdk.Stack.of(scope).account}:log-group"
    waf.CfnLoggingConfiguration(
        scope,
        "RegistroDoFirewallNoLugar",
        resource_arn=acl.attr_arn,
        log_destination_configs=[f"{arn}:{group.log_group_name}"],
        redacted_fields=redacted,
        logging_filter={
            "DefaultBehavior": "DROP",
            "Filters": [
                {
                    "Behavior": "KEEP",
                    "Requirement": "MEETS_ANY",
                    "Conditions": [
                        {"ActionCondition": {"Action": action}} for action in ("BLOCK", "COUNT")
                    ],
                }
            ],
        },
    )
