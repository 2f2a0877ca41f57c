"""What a run of the tests wrote into logs and spans, and whether a secret or a person is in it.

Every server writes to a file that ends in `.log`: in a folder of pytest, or in one of
`servers.running.server_folder`, which hands its logs over before it goes. The applications in the
process of the tests have a file of their own. Each process of pytest (a worker of xdist) looks into
its own files.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, TextIO
from urllib.parse import quote, quote_plus

import seeds

LOG: Final = ".log"
_TEXTS: Final = (
    *(seeds.SENHA, seeds.NOVA_SENHA, f"@{seeds.DOMINIO}"),
    *(*seeds.PESSOAS, *seeds.CITADAS),
    *(*seeds.CPFS, seeds.CNPJ, seeds.CNPJ_DA_EMPRESA),
    *(f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}" for cpf in seeds.CPFS),
)
_WRITINGS: Final = sorted(
    {write(each).encode() for each in _TEXTS for write in (str, quote, quote_plus)}
)
_CREDENTIALS: Final = (
    (b"fx_", re.compile(rb"fx_(live|test)_[0-9A-Za-z]{8}_[0-9A-Za-z]{28}")),  # keys of the API
    (b"fx_maq_", re.compile(rb"fx_maq_[0-9A-Za-z_]{16,}")),  # secrets of machines
    (b"fx_dev_", re.compile(rb"fx_dev_[0-9A-Za-z]{16,}")),
    (b"eyJ", re.compile(rb"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}")),  # tokens
    (b"#codigo=", re.compile(rb"#codigo=\S+")),  # what opens an account, in links of e-mails
)
"""what has to be there -> what is looked for then"""
_LETTER: Final = re.compile(rb"^E-mail para .*?(?=^[{\[]|\Z)", re.MULTILINE | re.DOTALL)
"""without an SMTP server, an e-mail is delivered onto the output: to whom it is for"""


class Vazamento(NamedTuple):
    """Where something stands that should not."""

    file: str
    line: int
    found: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.found}"


class _Kept:
    """Of this process."""

    folder: Path | None = None
    others: Final[set[Path]] = set()
    open: Final[dict[str, TextIO]] = {}


def folder() -> Path:
    """Where logs are kept until the end of the run."""
    if _Kept.folder is None:
        _Kept.folder = Path(tempfile.mkdtemp(prefix="fiscalxml-logs-"))
    return _Kept.folder


def write(name: str, text: str) -> None:
    """Keep a line of what the applications in this process tell."""
    file = _Kept.open.get(name)
    if file is None:
        file = _Kept.open[name] = (folder() / f"{name}{LOG}").open("a", encoding="utf-8")
    file.write(f"{text}\n")


def look_into(place: Path) -> None:
    """Logs below this folder are looked into, too."""
    _Kept.others.add(place)


def keep(place: Path) -> None:
    """The folder goes: keep the logs below it."""
    for each in _logs(place):
        file, name = tempfile.mkstemp(LOG, f"{each.stem}-", folder())
        os.close(file)
        shutil.move(each, name)


def check() -> list[Vazamento]:
    """What stands in the logs of this process's run, which are removed."""
    for file in _Kept.open.values():
        file.close()
    _Kept.open.clear()
    places = [*_Kept.others, *([_Kept.folder] if _Kept.folder else [])]
    found = [leak for place in places for each in _logs(place) for leak in leaks_of(each)]
    if _Kept.folder is not None:
        shutil.rmtree(_Kept.folder)
        _Kept.folder = None
    return found


def leaks_of(file: Path) -> Iterator[Vazamento]:
    """What stands in a log."""
    data = _LETTER.sub(lambda letter: b"\n" * letter[0].count(b"\n"), file.read_bytes())
    for at, text in _found(data):
        yield Vazamento(str(file), data.count(b"\n", 0, at) + 1, text.decode())


def _found(data: bytes) -> Iterable[tuple[int, bytes]]:
    for each in _WRITINGS:
        at = data.find(each)
        while at >= 0:
            yield at, each
            at = data.find(each, at + 1)
    for sign, pattern in _CREDENTIALS:
        if sign in data:
            yield from ((match.start(), match[0][:16]) for match in pattern.finditer(data))


def _logs(place: Path) -> Iterator[Path]:
    for below, _, names in os.walk(place):
        yield from (Path(below, name) for name in names if name.endswith(LOG))
