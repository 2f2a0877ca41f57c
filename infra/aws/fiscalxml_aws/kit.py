"""What every task of a region is made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager

from .settings import Place


@dataclass(frozen=True)
class Images:
    """By digest, in our own registry."""

    service: ecs.ContainerImage
    gateway: ecs.ContainerImage
    collector: ecs.ContainerImage


@dataclass(frozen=True)
class Kit:
    """What every task of a region is made with."""

    place: Place
    images: Images
    repositories: tuple[str, ...]
    """ARNs that execution roles may pull from"""
    secrets: Mapping[str, secretsmanager.ISecret]
    """by name in compose.yaml"""
    databases: Mapping[str, secretsmanager.ISecret]
    caches: Mapping[str, secretsmanager.ISecret]
    secrets_key: str
    """ARN of the key that they are encrypted with"""
    logs_key: kms.IKey
    metrics: str
    """ARN of the Prometheus workspace"""
    remote_write: str
    arm: bool
    execute: bool
    """whether shells are opened in tasks: ECS puts an agent into each, which writes to the root"""
    prefix: str
