"""`python -m fiscalxml_aws.comparing BEFORE AFTER`: what differs between two folders of templates.

For a review without an account: a resource that is made, changed, or taken away, by stack. Says so
with exit code 1 where something that holds data is taken away or gets another name.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

HOLDING: Final = (
    "AWS::S3::Bucket",
    "AWS::RDS::DBInstance",
    "AWS::KMS::Key",
    "AWS::KMS::ReplicaKey",
    "AWS::SecretsManager::Secret",
    "AWS::Backup::BackupVault",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::ECR::Repository",
    "AWS::APS::Workspace",
    "AWS::Logs::LogGroup",
)
_SUFFIX: Final = ".template.json"
Resources = Mapping[str, Mapping[str, Any]]


class Difference(NamedTuple):
    """`what`: `+` made, `~` changed, `-` taken away."""

    what: str
    stack: str
    name: str
    type: str

    @property
    def loses(self) -> bool:
        """Whether data would go with it, or be left behind by it."""
        return self.what == "-" and self.type in HOLDING


def read(folder: Path) -> dict[str, Resources]:
    """Stack -> its resources by logical id. Raises OSError, ValueError."""
    return {
        path.name.removesuffix(_SUFFIX): json.loads(path.read_text(encoding="utf-8"))["Resources"]
        for path in sorted(folder.glob(f"*{_SUFFIX}"))
    }


def differences(
    before: Mapping[str, Resources], after: Mapping[str, Resources]
) -> Iterator[Difference]:
    """By stack and logical id. One of another type under the same id is taken away and made."""
    for stack in sorted(before.keys() | after.keys()):
        old, new = before.get(stack, {}), after.get(stack, {})
        for name in sorted(old.keys() | new.keys()):
            was, now = old.get(name), new.get(name)
            if was is not None and (now is None or was["Type"] != now["Type"]):
                yield Difference("-", stack, name, was["Type"])
            if now is not None and (was is None or was["Type"] != now["Type"]):
                yield Difference("+", stack, name, now["Type"])
            elif was is not None and now is not None and was != now:
                yield Difference("~", stack, name, now["Type"])


def main(argv: list[str]) -> int:
    before, after = (read(Path(each)) for each in argv)
    found = list(differences(before, after))
    for each in found:
        print(f"{each.what} {each.stack}/{each.name} ({each.type}){'  !' if each.loses else ''}")
    lost = sum(each.loses for each in found)
    print(f"{len(found)} diferenças, {lost} que levam dados")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
