"""What a host installs, none of which is built there: `make wheel`.

python -m scripts.delivery_lock sem-roda > ARQUIVO   entries of the lock that have no wheel
python -m scripts.delivery_lock entrega PASTA        the lock, into PASTA, with the hash of each
                                                     wheel in PASTA that was made of such an entry
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = "requirements.production.lock"
SEM_RODA = ("certifi-icpbr",)
"""published as source alone; where another comes to be so, `make wheel` fails"""
_ENTRY = re.compile(r"^(?P<name>[a-z0-9._-]+)==\S+.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def without_wheel(lock: str) -> str:
    """Entries of a lock, with their hashes."""
    return "".join(each[0] for each in _ENTRY.finditer(lock) if each["name"] in SEM_RODA)


def delivered(lock: str, wheels: list[Path]) -> str:
    """Where there is a wheel made here, its hash in place of the source's. Raises LookupError where
    one of `SEM_RODA` has no wheel.
    """
    made = {each.name.partition("-")[0].replace("_", "-").lower(): each for each in wheels}
    for name in SEM_RODA:
        if name not in made:
            raise LookupError(f"no wheel of {name}")

    def entry(found: re.Match[str]) -> str:
        if found["name"] not in SEM_RODA:
            return found[0]
        digest = hashlib.sha256(made[found["name"]].read_bytes()).hexdigest()
        first = found[0].partition("\n")[0]
        return f"{first}\n    --hash=sha256:{digest}\n"

    return _ENTRY.sub(entry, lock)


def main(command: str, *folder: str) -> None:
    lock = (ROOT / LOCK).read_text(encoding="utf-8")
    if command == "sem-roda":
        sys.stdout.write(without_wheel(lock))
    else:
        (where,) = map(Path, folder)
        (where / LOCK).write_text(delivered(lock, list(where.glob("*.whl"))), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
