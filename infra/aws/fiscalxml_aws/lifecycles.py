"""How long each bucket's objects stay, and where. Days; a version is what an overwrite leaves."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

from .config import Deployment

_IA: Final = s3.StorageClass.INFREQUENT_ACCESS
_INSTANT: Final = s3.StorageClass.GLACIER_INSTANT_RETRIEVAL
_DEEP: Final = s3.StorageClass.DEEP_ARCHIVE
_ABANDONED: Final = 7
"""days after which parts of an upload that nobody completed go"""
TRAIL_LOCK: Final = 400
"""days for which nobody deletes what was done in the account"""


def documents(deployment: Deployment) -> list[s3.LifecycleRule]:
    """Read within milliseconds for all of their custody: no class from which one must ask for a
    restore. Small objects stay where they are: each class counts 128 KB at least.
    """
    return [
        _rule("idade", transitions=[_after(_IA, 30), _after(_INSTANT, 90)]),
        *_leftovers(deployment.backup_days),
    ]


def keys(deployment: Deployment) -> list[s3.LifecycleRule]:
    """A key that was erased is gone when backups are said to be: that erases what it sealed."""
    return _leftovers(deployment.backup_days)


def audit(deployment: Deployment) -> list[s3.LifecycleRule]:
    """Checkpoints: verified while they are young, and kept as long as documents are."""
    return [
        _rule("idade", transitions=[_after(_IA, 90), _after(_INSTANT, 365)]),
        *_leftovers(deployment.backup_days),
    ]


def backups(deployment: Deployment) -> list[s3.LifecycleRule]:
    """Dumps and exports: none has what was erased longer than is promised."""
    return [
        _rule("prazo", expiration=cdk.Duration.days(deployment.backup_days)),
        *_leftovers(1),
    ]


def trail() -> list[s3.LifecycleRule]:
    """Who did what in the account: searched for a quarter, then kept."""
    return [
        _rule(
            "prazo",
            transitions=[_after(_INSTANT, 90), _after(_DEEP, TRAIL_LOCK)],
            expiration=cdk.Duration.days(5 * 365 + 2),
        ),
        *_leftovers(1),
    ]


def logs() -> list[s3.LifecycleRule]:
    """Of accesses and of the network: as long as those of who signed in are kept."""
    return [
        _rule("prazo", transitions=[_after(_IA, 30)], expiration=cdk.Duration.days(400)),
        *_leftovers(1),
    ]


def _leftovers(days: int) -> list[s3.LifecycleRule]:
    return [
        _rule("versoes", noncurrent_version_expiration=cdk.Duration.days(days)),
        s3.LifecycleRule(id="marcas", expired_object_delete_marker=True),
        _rule("partes", abort_incomplete_multipart_upload_after=cdk.Duration.days(_ABANDONED)),
    ]


def _rule(
    id_: str,
    *,
    transitions: list[s3.Transition] | None = None,
    expiration: cdk.Duration | None = None,
    noncurrent_version_expiration: cdk.Duration | None = None,
    abort_incomplete_multipart_upload_after: cdk.Duration | None = None,
) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id=id_,
        transitions=transitions,
        expiration=expiration,
        noncurrent_version_expiration=noncurrent_version_expiration,
        abort_incomplete_multipart_upload_after=abort_incomplete_multipart_upload_after,
    )


def _after(class_: s3.StorageClass, days: int) -> s3.Transition:
    return s3.Transition(storage_class=class_, transition_after=cdk.Duration.days(days))
