"""Images made here, since none can be pulled: a base of Debian's packages, ours on it, servers."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from .motor import Motor
from .projeto import IMAGEM, ROOT, SERVIDORES

BASE: Final = "fiscalxml-base:local"
CONSTRUTOR: Final = "fiscalxml-construtor:local"
_AUTHORITIES: Final = Path("/etc/ssl/certs/ca-certificates.crt")
_EXCLUDED: Final = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*")
_COMPILES: Final = (
    f"FROM {BASE}\n"
    "COPY autoridades.crt /etc/ssl/certs/ca-certificates.crt\n"
    "ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt\n"
    "RUN apt-get update && apt-get install --yes --no-install-recommends"
    " gcc libc6-dev python3-dev python3-venv\n"
)
"""`pip` in it believes whom this machine believes"""


def build_all(motor: Motor, folder: Path) -> None:
    """The base where it is not there yet; the others always, from what did not change."""
    if not _has(motor, BASE):
        _base(motor, folder / "base.tar")
    context = _empty(folder / "construtor")
    (context / "Dockerfile").write_text(_COMPILES)
    shutil.copy(_AUTHORITIES, context / "autoridades.crt")
    _build(motor, CONSTRUTOR, context)
    context = _empty(folder / "servidores")
    for file in (ROOT / "tests/ops/imagem/servidores").iterdir():
        shutil.copy(file, context)
    shutil.copy(Path(sys.executable).parent / "weed", context / "weed")
    _build(motor, SERVIDORES, context)
    _build(motor, IMAGEM, ROOT, f"BASE={BASE}", f"CONSTRUTOR={CONSTRUTOR}")


def sizes(motor: Motor) -> tuple[int, int]:
    """Bytes of our image: on disk, and compressed, as a registry has it."""
    process = subprocess.Popen(
        ["docker", "save", IMAGEM], env=motor.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    counter = _Counter()
    with gzip.GzipFile(fileobj=counter, mode="wb", compresslevel=6) as packed:
        assert process.stdout is not None
        shutil.copyfileobj(process.stdout, packed, 1 << 20)
    if process.wait():
        raise RuntimeError("docker save failed")
    return int(motor.inspect(IMAGEM)["Size"]), counter.counted


class _Counter:
    """A file that only counts its bytes."""

    counted = 0

    def write(self, data: bytes) -> int:
        self.counted += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held."""


def _base(motor: Motor, tar: Path) -> None:
    excluded = [f"--dpkgopt=path-exclude={each}" for each in _EXCLUDED]
    subprocess.run(
        [
            *("mmdebstrap", "--quiet", "--variant=minbase", *excluded),
            "--include=python3,ca-certificates",
            *("trixie", str(tar)),
        ],
        check=True,
    )
    motor.docker("import", str(tar), BASE)
    tar.unlink()


def _build(motor: Motor, name: str, context: Path, *arguments: str) -> None:
    given = [word for each in arguments for word in ("--build-arg", each)]
    motor.docker("build", "--network", "host", "--tag", name, *given, str(context))


def _has(motor: Motor, image: str) -> bool:
    return bool(motor.docker("images", "--quiet", image))


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
