"""Who has broken into the machine of the database, with what is found there: the writer's keys."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from .buckets import BACKUPS, ESCRITOR, Baldes

_RUBBISH: Final = b"pague"
_REFUSALS: Final = ("AccessDenied", "InvalidBucketState")


def attack(baldes: Baldes) -> tuple[int, Counter[str]]:
    """Tries to destroy all backups: how many versions there were, and what was refused.

    Deleting an object without naming its version is not refused by S3, and destroys nothing: it
    puts a mark above. So does writing over it. Both are done to every object.
    """
    s3 = baldes.client(ESCRITOR)
    refused: Counter[str] = Counter()
    versions = [
        (each["Key"], each["VersionId"])
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=BACKUPS)
        for each in page.get("Versions", [])
    ]
    soon = datetime.now(UTC) + timedelta(seconds=1)
    for key, version in versions:
        named: dict[str, Any] = {"Bucket": BACKUPS, "Key": key, "VersionId": version}
        _try(refused, "delete a version", lambda: s3.delete_object(**named))  # noqa: B023
        _try(
            refused,
            "delete a version, bypassing",
            lambda: s3.delete_object(**named, BypassGovernanceRetention=True),  # noqa: B023
        )
        _try(
            refused,
            "shorten its lock",
            lambda: s3.put_object_retention(
                **named,  # noqa: B023
                Retention={"Mode": "GOVERNANCE", "RetainUntilDate": soon},
                BypassGovernanceRetention=True,
            ),
        )
    unlocked = {"ObjectLockEnabled": "Enabled"}
    suspended = {"Status": "Suspended"}
    for name, attempt in (
        (
            "change the bucket's lock",
            lambda: s3.put_object_lock_configuration(
                Bucket=BACKUPS, ObjectLockConfiguration=unlocked
            ),
        ),
        (
            "suspend versioning",
            lambda: s3.put_bucket_versioning(Bucket=BACKUPS, VersioningConfiguration=suspended),
        ),
        ("change the policy", lambda: s3.put_bucket_policy(Bucket=BACKUPS, Policy="{}")),
        ("delete the bucket", lambda: s3.delete_bucket(Bucket=BACKUPS)),
    ):
        _try(refused, name, attempt)
    keys = sorted({key for key, _ in versions})
    for place, key in enumerate(keys):
        with contextlib.suppress(ClientError):  # a policy may refuse these, too
            if place % 2:
                s3.put_object(Bucket=BACKUPS, Key=key, Body=_RUBBISH)
            else:
                s3.delete_object(Bucket=BACKUPS, Key=key)
    return len(versions), refused


def _try(refused: Counter[str], name: str, attempt: Callable[[], object]) -> None:
    try:
        attempt()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _REFUSALS:
            raise
        refused[name] += 1
    else:
        raise AssertionError(f"the writer of backups may {name}")
