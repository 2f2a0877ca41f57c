"""CloudFormation's own resource under a construct, for what the construct has no word for yet."""

from __future__ import annotations

from typing import TypeVar

import aws_cdk as cdk
from constructs import IConstruct

Native = TypeVar("Native", bound=cdk.CfnResource)


def native(construct: IConstruct, type_: type[Native]) -> Native:
    """Raises TypeError where it is another."""
    found = construct.node.default_child
    if not isinstance(found, type_):
        raise TypeError(f"{construct.node.path} is no {type_.__name__}")
    return found
