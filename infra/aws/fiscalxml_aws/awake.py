"""Whether a region serves: the recovery one has everything but tasks, until a parameter says so."""

from __future__ import annotations

import aws_cdk as cdk
from constructs import Construct


class Awake:
    """A parameter `Acordada` (sim, nao) of a stack, and numbers that depend on it.

    A parameter and not code: to wake a region, CloudFormation alone must be up, and the template
    that is there is used again (`--use-previous-template`).
    """

    def __init__(self, stack: Construct, *, primary: bool) -> None:
        parameter = cdk.CfnParameter(
            stack,
            "Acordada",
            description="Se esta região atende: sim ou nao",
            allowed_values=["sim", "nao"],
            default="sim" if primary else "nao",
        )
        self.condition = cdk.CfnCondition(
            stack, "Atende", expression=cdk.Fn.condition_equals(parameter.value_as_string, "sim")
        )

    def whole(self, value: int) -> int:
        """`value`, or 0 while the region sleeps: a reference, for what wants a number."""
        return int(cdk.Token.as_number(self._unless(value, 0)))

    def text(self, value: int) -> str:
        """The same, where a template wants a text."""
        return cdk.Token.as_string(self._unless(str(value), "0"))

    def nothing(self) -> cdk.IResolvable:
        """Nothing while the region serves, 0 while it sleeps: for what scaling then decides."""
        return self._unless(cdk.Aws.NO_VALUE, 0)

    def _unless(self, serving: object, sleeping: object) -> cdk.ICfnRuleConditionExpression:
        return cdk.Fn.condition_if(self.condition.logical_id, serving, sleeping)
