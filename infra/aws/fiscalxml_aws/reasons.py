"""Why a finding of a checker is accepted, at the construct that has it and nowhere above."""

from __future__ import annotations

import aws_cdk as cdk
from constructs import Construct, IConstruct


def accept(construct: IConstruct, reason: str, *findings: str) -> None:
    """`AwsSolutions-…` and `NIST.…` are cdk-nag's, `CKV…` checkov's, `E…`/`W…` cfn-lint's.

    checkov and cfn-lint read their acknowledgements in the template: for them `construct` is a
    resource, or has one as its default child.
    """
    for finding in findings:
        if finding.startswith("CKV"):
            _note(resource_of(construct), "checkov", {"skip": [{"id": finding, "comment": reason}]})
        elif finding[1:].isdigit():
            _note(
                resource_of(construct),
                "cfn-lint",
                {"config": {"ignore_checks": [finding]}, "reason": reason},
            )
        else:
            rule = cdk.Acknowledgment(id=f"{_pack(finding)}::{finding}", reason=reason)
            cdk.Validations.of(construct).acknowledge(rule)


def _pack(finding: str) -> str:
    """`NIST.800.53.R5-IAMNoInlinePolicy` is of the pack `NIST.800.53.R5`."""
    return finding.partition("[")[0].partition("-")[0]


def resource_of(construct: IConstruct) -> cdk.CfnResource:
    """The construct itself, or what it is made of. Raises TypeError."""
    found = construct if isinstance(construct, cdk.CfnResource) else construct.node.default_child
    if not isinstance(found, cdk.CfnResource):
        raise TypeError(f"{construct.node.path} is no resource and has none")
    return found


def _note(resource: cdk.CfnResource, tool: str, more: dict[str, object]) -> None:
    before = resource.get_metadata(tool) or {}
    resource.add_metadata(tool, _merged(before, more))


def _merged(before: object, more: object) -> object:
    if isinstance(before, dict) and isinstance(more, dict):
        return {key: _merged(before.get(key), more.get(key)) for key in {**before, **more}}
    if isinstance(before, list) and isinstance(more, list):
        return [*before, *more]
    return before if more is None else more


def descendants(construct: Construct, type_: str) -> list[cdk.CfnResource]:
    """Resources of a CloudFormation type below a construct: those that an L2 makes unseen."""
    return [
        each
        for each in construct.node.find_all()
        if isinstance(each, cdk.CfnResource) and each.cfn_resource_type == type_
    ]
